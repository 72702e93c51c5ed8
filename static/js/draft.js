// Saves a draft while it is written. What was typed stays in this browser until the server has said that it has it.
(function () {
  "use strict";
  var form = document.getElementById("version_form");
  if (!form || !window.fetch || !window.FormData) return;
  var words = window.deskWords;
  var line = document.getElementById("autosaved");
  var told = document.getElementById("told");
  var key = form.dataset.key;
  var url = form.dataset.autosave;
  var digest = form.dataset.digest;
  var PAUSE = 2000, LONGEST = 8000, KEPT_DAYS = 14;
  var queue = Promise.resolve();
  var timer = null, retry = null, since = 0, wait = 3000;
  var lost = null; // what was sent when no answer came; sent again as it was, so that the server knows it
  var stopped = "";
  var editor = null;

  // What is in the form

  function entries() {
    var found = [];
    new FormData(form).forEach(function (value, name) {
      var skipped = name === "csrfmiddlewaretoken" || name === "revision" || name === "remove";
      if (!skipped && typeof value === "string") found.push([name, value]);
    });
    return found;
  }

  function text(list) { return JSON.stringify(list); }

  var saved = text(entries());

  function isChanged() { return text(entries()) !== saved; }

  function field(name) { return form.elements[name]; }

  function put(list) {
    var values = {};
    list.forEach(function (pair) { (values[pair[0]] = values[pair[0]] || []).push(pair[1]); });
    Array.prototype.forEach.call(form.elements, function (input) {
      if (!input.name || input.type === "hidden" || input.type === "file" || input.type === "submit" || input.name === "remove") return;
      var given = values[input.name];
      if (input.type === "checkbox" || input.type === "radio") input.checked = Boolean(given && given.indexOf(input.value) >= 0);
      else if (given) input.value = given[0];
    });
    if (editor) editor.commands.setContent(field("body").value || "<p></p>", { emitUpdate: false });
  }

  var keeping = null;

  // The copy in this browser

  function kept() {
    try { return JSON.parse(localStorage.getItem(key)); } catch (error) { return null; }
  }

  function keep() {
    if (window.deskLeaves) return;
    try {
      localStorage.setItem(key, JSON.stringify({ at: Date.now(), revision: field("revision").value, entries: entries() }));
    } catch (error) { /* no room, or not allowed: the server's copy is there */ }
  }

  function forget() {
    clearTimeout(keeping);
    try { localStorage.removeItem(key); } catch (error) { /* as above */ }
  }

  function sweep() {
    try {
      Object.keys(localStorage).forEach(function (name) {
        if (name.indexOf("draft:") !== 0) return;
        var copy = JSON.parse(localStorage.getItem(name));
        if (!copy || Date.now() - copy.at > KEPT_DAYS * 86400000) localStorage.removeItem(name);
      });
    } catch (error) { /* as above */ }
  }

  // What is said to the person

  function say(words_, isWarning) {
    line.textContent = words_;
    line.className = "autosaved small " + (isWarning ? "days--late" : "quiet");
  }

  function tell(message, tone) {
    told.textContent = "";
    if (!message) return null;
    var box = document.createElement("div");
    box.className = "notice notice--" + (tone || "warning");
    var paragraph = document.createElement("p");
    paragraph.textContent = message;
    box.appendChild(paragraph);
    told.appendChild(box);
    return box;
  }

  function button(label, act) {
    var made = document.createElement("button");
    made.type = "button";
    made.className = "button button--plain step";
    made.textContent = label;
    made.addEventListener("click", act);
    return made;
  }

  function clock(at) {
    var day = new Date(at);
    return [day.getHours(), day.getMinutes(), day.getSeconds()].map(function (n) { return (n < 10 ? "0" : "") + n; }).join(":");
  }

  // Sending

  function enqueue(act) {
    queue = queue.then(act, act);
    return queue;
  }

  function take(answer) {
    if (answer.revision) field("revision").value = answer.revision;
    if (answer.digest) digest = answer.digest;
    if (answer.token) field("csrfmiddlewaretoken").value = answer.token;
  }

  function refresh() {
    return fetch(url, { credentials: "same-origin", redirect: "manual", cache: "no-store" }).then(function (response) {
      if (response.type === "opaqueredirect") return "out";
      if (!response.ok) return "failed";
      return response.json().then(function (answer) {
        field("csrfmiddlewaretoken").value = answer.token;
        return "fresh";
      });
    });
  }

  function post(list, again) {
    var data = new FormData();
    list.forEach(function (pair) { data.append(pair[0], pair[1]); });
    data.append("revision", field("revision").value);
    data.append("csrfmiddlewaretoken", field("csrfmiddlewaretoken").value);
    var size = list.reduce(function (sum, pair) { return sum + pair[1].length; }, 0);
    var options = { method: "POST", body: data, credentials: "same-origin", redirect: "manual" };
    if (document.visibilityState === "hidden" && size < 15000) options.keepalive = true;
    return fetch(url, options).then(function (response) {
      if (response.type === "opaqueredirect") return { outcome: "out" };
      if (response.status === 403) {
        if (again) return { outcome: "out" };
        return refresh().then(function (state) { return state === "fresh" ? post(list, true) : { outcome: "out" }; });
      }
      if (response.status >= 500) return { outcome: "failed" };
      return response.json().then(function (answer) { return { outcome: String(response.status), answer: answer }; });
    }).catch(function () { return { outcome: "failed" }; });
  }

  // One save. Resolves to "saved", "incomplete", "out", "failed", "theirs" or "gone".
  function save() {
    if (stopped) return Promise.resolve(stopped);
    clearTimeout(timer); clearTimeout(retry);
    timer = null; since = 0;
    if (!lost && !isChanged()) return Promise.resolve("saved");
    var list = lost || entries();
    lost = list;
    return post(list).then(function (result) {
      var answer = result.answer || {};
      if (result.outcome === "200") return accept(list, answer);
      if (result.outcome === "409") return meet(answer);
      if (result.outcome === "out") return signedOut();
      if (result.outcome === "410" || result.outcome === "400") return stop("gone", answer.message);
      return unreachable();
    });
  }

  function accept(list, answer) {
    lost = null; wait = 3000;
    take(answer);
    saved = text(list);
    if (told.dataset.trouble) { tell(""); delete told.dataset.trouble; }
    var differences = document.getElementById("differences");
    if (differences && typeof answer.differences === "string") {
      var isOpen = differences.querySelector("details[open]");
      differences.innerHTML = answer.differences;
      var details = differences.querySelector("details");
      if (isOpen && details) details.open = true;
    }
    if (answer.unsaved && answer.unsaved.length) {
      keep();
      say(words.saved + " " + answer.saved + "。" + words.unsaved + answer.unsaved.join("、"), true);
      return "incomplete";
    }
    if (isChanged()) {
      say(words.typing);
      schedule();
    } else {
      say(words.saved + " " + answer.saved);
      forget();
    }
    return "saved";
  }

  function unreachable() {
    keep();
    told.dataset.trouble = "1";
    say(words.offline, true);
    retry = setTimeout(function () { enqueue(save); }, wait);
    wait = Math.min(wait * 2, 30000);
    return "failed";
  }

  function signedOut() {
    keep();
    say(words.out, true);
    told.dataset.trouble = "1";
    var box = tell(words.outLong, "alarm");
    var link = document.createElement("a");
    link.href = form.dataset.login;
    link.target = "_blank";
    link.rel = "noopener";
    link.textContent = words.signIn;
    box.appendChild(link);
    retry = setTimeout(function () { enqueue(save); }, 15000);
    return "out";
  }

  function stop(outcome, message) {
    keep();
    stopped = outcome;
    say(message, true);
    tell(message, "alarm");
    return outcome;
  }

  // Somebody else saved meanwhile. If the words are those I began from, only files or readers changed: go on.
  function meet(answer) {
    if (answer.digest === digest) {
      lost = null;
      take(answer);
      return save();
    }
    keep();
    lost = null;
    stopped = "theirs";
    say(answer.message, true);
    var box = tell(answer.message, "alarm");
    var shown = document.createElement("div");
    shown.innerHTML = answer.theirs;
    box.appendChild(shown);
    box.appendChild(button(words.takeMine, function () {
      take(answer); stopped = ""; tell(""); enqueue(save);
    }));
    box.appendChild(button(words.takeTheirs, function () {
      var mine = field("body").value;
      take(answer); stopped = "";
      field("title").value = answer.title;
      field("body").value = answer.body;
      if (editor) editor.commands.setContent(answer.body || "<p></p>", { emitUpdate: false });
      saved = text(entries());
      forget();
      var again = tell(words.mineBelow);
      var copy = document.createElement("div");
      copy.className = "prose";
      copy.innerHTML = mine;
      again.appendChild(copy);
    }));
    box.scrollIntoView({ block: "center" });
    return "theirs";
  }

  function schedule() {
    if (stopped) { keep(); return; }
    if (!since) since = Date.now();
    clearTimeout(timer);
    timer = setTimeout(function () { enqueue(save); }, Math.max(0, Math.min(PAUSE, since + LONGEST - Date.now())));
  }

  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  Array.prototype.forEach.call(document.querySelectorAll('[form="version_form"]'), function (input) {
    input.addEventListener("change", changed);
  });

  function changed(event) {
    if (event.target.type === "file" || event.target.name === "remove" || !isChanged()) return;
    clearTimeout(keeping);
    keeping = setTimeout(keep, 300);
    if (!told.dataset.trouble) say(words.typing);
    schedule();
  }

  function now() {
    if (!isChanged()) return;
    clearTimeout(keeping);
    keep();
    enqueue(save);
  }

  form.addEventListener("focusout", function (event) {
    if (!form.contains(event.relatedTarget)) now();
  });
  document.addEventListener("visibilitychange", now);
  window.addEventListener("pagehide", now);
  window.addEventListener("online", function () { enqueue(save); });
  window.addEventListener("focus", function () { if (told.dataset.trouble) enqueue(save); });

  // Buttons: first everything is saved, then the page goes on; without an answer it stays.
  var passing = false;
  form.addEventListener("submit", function (event) {
    if (passing) return;
    var pressed = event.submitter || document.activeElement;
    event.preventDefault();
    if (isChanged()) keep();
    enqueue(save).then(function (outcome) {
      return outcome === "saved" && isChanged() ? enqueue(save) : outcome;
    }).then(function (outcome) {
      if (outcome === "failed") { tell(words.notSent, "alarm"); told.scrollIntoView({ block: "center" }); return; }
      if (outcome === "out") { told.scrollIntoView({ block: "center" }); return; }
      if (outcome === "theirs" || outcome === "gone") return;
      passing = true;
      if (pressed && pressed.name) {
        var asked = document.createElement("input");
        asked.type = "hidden"; asked.name = pressed.name; asked.value = pressed.value;
        form.appendChild(asked);
      }
      form.submit();
    });
  });
  window.addEventListener("pageshow", function (event) { if (event.persisted) location.reload(); });

  // What an earlier visit left here

  function restore() {
    sweep();
    var copy = kept();
    if (!copy || !copy.entries) return;
    if (text(copy.entries) === saved) { forget(); return; }
    if (String(copy.revision) === field("revision").value) {
      put(copy.entries);
      tell(words.restored + " " + clock(copy.at), "good");
      enqueue(save);
      return;
    }
    stopped = "copy";
    var box = tell(words.copyHere + " " + clock(copy.at));
    var body = copy.entries.filter(function (pair) { return pair[0] === "body"; })[0];
    var shown = document.createElement("div");
    shown.className = "prose";
    shown.textContent = body ? new DOMParser().parseFromString(body[1], "text/html").body.textContent : "";
    box.appendChild(shown);
    box.appendChild(button(words.takeCopy, function () { stopped = ""; put(copy.entries); tell(""); enqueue(save); }));
    box.appendChild(button(words.dropCopy, function () { stopped = ""; forget(); tell(""); }));
  }

  var area = field("body");
  document.addEventListener("prose-editor:ready", function (event) {
    if (event.detail.textarea !== area) return;
    editor = event.detail.editor;
    if (kept() && area.value) editor.commands.setContent(area.value, { emitUpdate: false });
  });
  restore();

  window.desk = {
    enqueue: enqueue,
    refresh: refresh,
    token: function () { return field("csrfmiddlewaretoken").value; },
    moved: function (before, revision) {
      if (String(before) === field("revision").value) field("revision").value = revision;
    },
    settled: function () { if (!isChanged()) return; schedule(); },
    rebase: function () {
      var isSame = !isChanged();
      return function () { if (isSame) saved = text(entries()); };
    }
  };
})();
