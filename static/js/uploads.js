// Sends photos and files one by one, each with its progress; without script they go with the form.
(function () {
  "use strict";
  var place = document.getElementById("photo");
  if (!place || !window.desk) return;
  var words = window.deskWords;
  var list = document.getElementById("files");
  var shown = document.getElementById("progress");

  function row(file) {
    var item = document.createElement("li");
    var name = document.createElement("span");
    var bar = document.createElement("progress");
    var state = document.createElement("span");
    name.textContent = file.name;
    bar.max = 100; bar.value = 0;
    bar.setAttribute("aria-label", file.name);
    item.appendChild(name); item.appendChild(bar); item.appendChild(state);
    shown.appendChild(item);
    return { item: item, bar: bar, state: state };
  }

  function send(file, line) {
    return new Promise(function (resolve) {
      var request = new XMLHttpRequest();
      var data = new FormData();
      data.append("csrfmiddlewaretoken", window.desk.token());
      data.append("upload", file, file.name);
      request.open("POST", place.dataset.url);
      request.upload.addEventListener("progress", function (event) {
        if (event.lengthComputable) line.bar.value = Math.round(event.loaded / event.total * 100);
      });
      request.addEventListener("load", function () {
        var answer = null;
        try { answer = JSON.parse(request.responseText); } catch (error) { /* a page, not an answer */ }
        resolve({ status: request.status, answer: answer });
      });
      request.addEventListener("error", function () { resolve({ status: 0, answer: null }); });
      request.send(data);
    });
  }

  function finish(result, file, line) {
    var answer = result.answer;
    if (result.status === 200 && answer && answer.row) {
      var settle = window.desk.rebase();
      if (!list.querySelector('[data-file="' + answer.pk + '"]')) list.insertAdjacentHTML("beforeend", answer.row);
      window.desk.moved(answer.before, answer.revision);
      settle();
      line.item.remove();
      return;
    }
    line.bar.remove();
    line.state.className = "field__error";
    if (answer && answer.message) { line.state.textContent = answer.message; return; }
    line.state.textContent = result.status === 0 || result.status >= 500 ? words.fileOffline : words.fileOut;
    var again = document.createElement("button");
    again.type = "button";
    again.className = "button button--plain";
    again.textContent = words.again;
    again.addEventListener("click", function () { line.item.remove(); add(file); });
    line.item.appendChild(again);
  }

  function add(file) {
    var line = row(file);
    window.desk.enqueue(function () {
      return send(file, line).then(function (result) {
        if (result.status !== 403) return result;
        return window.desk.refresh().then(function (state) { return state === "fresh" ? send(file, line) : result; });
      }).then(function (result) { finish(result, file, line); });
    });
  }

  function all(files) { Array.prototype.forEach.call(files, add); }

  Array.prototype.forEach.call(place.querySelectorAll("input[name=uploads]"), function (input) {
    input.addEventListener("change", function () {
      all(input.files);
      input.value = "";
    });
  });
  place.addEventListener("dragover", function (event) {
    event.preventDefault();
    place.classList.add("is-over");
  });
  place.addEventListener("dragleave", function () { place.classList.remove("is-over"); });
  place.addEventListener("drop", function (event) {
    event.preventDefault();
    place.classList.remove("is-over");
    all(event.dataTransfer.files);
  });
})();
