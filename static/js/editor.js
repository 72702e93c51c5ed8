// Gives the editor's buttons and menus the language of the page. They are built after the editor says it is ready.
document.addEventListener("prose-editor:ready", function (event) {
  var box = event.target.closest(".prose-editor");

  function each(selector, act) {
    Array.prototype.forEach.call(box.querySelectorAll(selector), act);
  }

  function translate() {
    each(".prose-menubar [title]", function (button) {
      var words = window.gettext(button.title);
      if (words === button.title) return;
      button.title = words;
      button.setAttribute("aria-label", words);
    });
    each(".prose-menubar__option *, .prose-editor-dialog option", function (option) {
      var words = window.gettext(option.textContent);
      if (option.children.length || words === option.textContent) return;
      if (option.tagName === "OPTION") option.value = option.value; // what is chosen keeps its English name
      option.textContent = words;
    });
  }

  new MutationObserver(translate).observe(box, { childList: true, subtree: true });
  translate();
});
