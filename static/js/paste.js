// Text pasted from Word and WPS: lists become lists, bold stays bold, tables stay; fonts, styles and their own marks go.
(function () {
  "use strict";
  var LIST = /mso-list\s*:\s*(?!none|skip|ignore)\S/i;
  var MARK = /mso-list\s*:\s*ignore/i;
  var BOLD = /font-weight\s*:\s*(bold|[6-9]00)/i;
  var NUMBERED = /[0-9A-Za-z一二三四五六七八九十]/;

  function style(element) { return element.getAttribute("style") || ""; }

  function each(root, selector, act) { Array.prototype.slice.call(root.querySelectorAll(selector)).forEach(act); }

  function unwrap(element) {
    while (element.firstChild) element.parentNode.insertBefore(element.firstChild, element);
    element.remove();
  }

  function clean(html) {
    if (!/mso-|class=["']?(Mso|WPS)|<o:|font-weight/i.test(html)) return html;
    // What stands between the conditions is the painted number of a list.
    html = html.replace(/<!--\[if !supportLists\]-->([\s\S]*?)<!--\[endif\]-->/gi, '<span style="mso-list:Ignore">$1</span>')
      .replace(/<!\[if !supportLists\]>([\s\S]*?)<!\[endif\]>/gi, '<span style="mso-list:Ignore">$1</span>');
    var page = new DOMParser().parseFromString(html, "text/html");
    var body = page.body;
    each(body, "style, meta, link, title, xml", function (element) { element.remove(); });
    each(body, "p", function (paragraph) {
      if (!LIST.test(style(paragraph))) return;
      var mark = "";
      each(paragraph, "span", function (span) {
        if (MARK.test(style(span)) && span.parentNode) { mark += span.textContent; span.remove(); }
      });
      var name = NUMBERED.test(mark) ? "OL" : "UL";
      var before = paragraph.previousElementSibling;
      var list = before && before.nodeName === name && before.dataset.made ? before : null;
      if (!list) {
        list = page.createElement(name);
        list.dataset.made = "1";
        paragraph.parentNode.insertBefore(list, paragraph);
      }
      var item = page.createElement("li");
      while (paragraph.firstChild) item.appendChild(paragraph.firstChild);
      list.appendChild(item);
      paragraph.remove();
    });
    each(body, "span, font", function (span) {
      if (!BOLD.test(style(span))) return;
      var strong = page.createElement("strong");
      while (span.firstChild) strong.appendChild(span.firstChild);
      span.appendChild(strong);
    });
    each(body, "*", function (element) {
      if (element.nodeName.indexOf(":") >= 0 || element.nodeName === "SPAN" || element.nodeName === "FONT") unwrap(element);
    });
    each(body, "*", function (element) {
      Array.prototype.slice.call(element.attributes).forEach(function (attribute) {
        if (["href", "colspan", "rowspan", "start"].indexOf(attribute.name) < 0) element.removeAttribute(attribute.name);
      });
    });
    return body.innerHTML;
  }

  document.addEventListener("prose-editor:ready", function (event) {
    var editor = event.detail.editor;
    var props = Object.assign({}, editor.options.editorProps, { transformPastedHTML: clean });
    editor.setOptions({ editorProps: props });
  });
})();
