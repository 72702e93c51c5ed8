// Gives the editor's buttons the language of the page, once it is there.
document.addEventListener("prose-editor:ready", function (event) {
  var box = event.target.closest(".prose-editor") || event.target.parentNode;
  Array.prototype.forEach.call(box.querySelectorAll("[title]"), function (button) {
    var words = window.gettext(button.title);
    button.title = words;
    button.setAttribute("aria-label", words);
  });
});
