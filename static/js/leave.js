// Whoever signs out takes along what this browser still keeps of drafts; what was not saved yet is asked about first.
(function () {
  "use strict";
  function copies() {
    try {
      return Object.keys(localStorage).filter(function (name) { return name.indexOf("draft:") === 0; });
    } catch (error) { return []; }
  }

  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (!form.hasAttribute("data-leaves")) return;
    var left = copies();
    if (left.length && !window.confirm(form.getAttribute("data-leaves"))) { event.preventDefault(); return; }
    window.deskLeaves = true;
    left.forEach(function (name) { localStorage.removeItem(name); });
  });
})();
