/* Shows how far a piece of background work is, without loading the page anew. Without script the page refreshes itself. */
(function () {
  "use strict";
  var PAUSE = 2000, SLOWEST = 15000, pause = PAUSE;

  function next() { window.setTimeout(look, pause); }

  function show(text) {
    var found = new DOMParser().parseFromString(text, "text/html").getElementById("errand");
    var here = document.getElementById("errand");
    if (!found || !here) { window.location.reload(); return; }
    if (found.dataset.over === "1") { window.location.reload(); return; }
    here.innerHTML = found.innerHTML;
    pause = PAUSE;
    next();
  }

  function look() {
    if (document.hidden) { next(); return; }
    fetch(window.location.href, { credentials: "same-origin", cache: "no-store" })
      .then(function (answer) {
        if (!answer.ok) { throw new Error(String(answer.status)); }
        return answer.text();
      })
      .then(show)
      .catch(function () { pause = Math.min(pause * 2, SLOWEST); next(); });
  }

  next();
}());
