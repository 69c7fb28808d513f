// The page on the loopback interface where the person at the endpoint answers. All texts of others reach the page as text nodes.
(() => {
  /** Milliseconds in which a new question can't be answered: a click or key that was meant for something else must not approve it. */
  const SETTLE = 700;
  // Controls, invisible and direction-changing characters, and spaces that are none.
  const UNSEEN = /(?![\t\n ])[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]/gu;
  const NOT_ASCII = /[^\n\t\x20-\x7e]/u;
  const sections = new Map();
  const byId = (id) => document.getElementById(id);
  const title = document.title;

  const name = byId("name");
  name.addEventListener("change", () => localName(name.value));
  function localName(value) {
    try {
      sessionStorage.setItem("name", value);
    } catch {
      // The name is then asked for again in the next tab.
    }
  }

  async function post(path, body) {
    const response = await fetch(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ ...body, by: name.value }),
    });
    if (!response.ok) byId("connection").textContent = "That could not be sent. Please try again.";
    return response.ok;
  }

  /** Text in which nothing hides: what can't be seen is named. */
  function showPlainly(element, text) {
    element.replaceChildren();
    let at = 0;
    for (const match of text.matchAll(UNSEEN)) {
      element.append(text.slice(at, match.index));
      const mark = document.createElement("mark");
      mark.textContent = `U+${match[0].codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
      element.append(mark);
      at = match.index + match[0].length;
    }
    element.append(text.slice(at));
  }

  function sectionOf(session) {
    const there = sections.get(session.session);
    if (there) return there;
    const element = byId("session").content.firstElementChild.cloneNode(true);
    const one = (selector) => element.querySelector(selector);
    const section = { element, one, question: undefined, logged: 0 };
    element.querySelector("h2").id = `title-${session.session}`;
    element.setAttribute("aria-labelledby", `title-${session.session}`);
    const answer = (answerGiven) => {
      const question = section.question;
      for (const button of element.querySelectorAll(".question button")) button.disabled = true;
      void post("answer", { session: session.session, question, answer: answerGiven, word: one(".word").value });
    };
    one(".approve").addEventListener("click", () => answer("approved"));
    one(".deny").addEventListener("click", () => answer("denied"));
    one(".stop").addEventListener("click", () => {
      if (confirm("Stop this session? What runs is ended, and no further command runs.")) {
        void post("stop", { session: session.session, word: one(".word").value });
      }
    });
    one(".chat").addEventListener("submit", async (event) => {
      event.preventDefault();
      const message = one(".message");
      if (message.value.trim() === "") return;
      if (await post("chat", { session: session.session, message: message.value })) message.value = "";
    });
    sections.set(session.session, section);
    byId("sessions").append(element);
    return section;
  }

  function showQuestion(section, question) {
    const { one } = section;
    one(".question").hidden = !question;
    if (!question) {
      section.question = undefined;
      return;
    }
    if (section.question === question.id) return;
    section.question = question.id;
    one(".who").textContent = `${question.technician} asks to run this on this computer:`;
    showPlainly(one(".question .command"), question.command);
    one(".hidden-characters").hidden = !NOT_ASCII.test(question.command);
    one(".reason").textContent = question.reason ? `Why: ${question.reason}` : "No reason was given.";
    one(".lasting").hidden = !question.changesShell;
    one(".expires").textContent = question.expires
      ? `If nobody answers by ${new Date(question.expires).toLocaleTimeString()}, it does not run.`
      : "";
    one(".word").value = "";
    const buttons = section.element.querySelectorAll(".question button");
    for (const button of buttons) button.disabled = true;
    setTimeout(() => {
      if (section.question === question.id) for (const button of buttons) button.disabled = false;
    }, SETTLE);
    one(".question h3").focus();
  }

  function logLine(event) {
    const item = document.createElement("li");
    const time = document.createElement("time");
    time.dateTime = event.at;
    time.textContent = new Date(event.at).toLocaleTimeString();
    item.append(time);
    if (event.kind === "chat") {
      const by = document.createElement("strong");
      by.textContent = `${event.by}: `;
      item.append(by, event.message);
      return item;
    }
    const code = document.createElement("code");
    showPlainly(code, event.command);
    if (event.kind === "command") {
      const how = event.consent === "read-only" ? "ran, only reading" : "ran, as you allowed";
      item.append(`${event.by} ${how}: `, code);
    } else {
      const ends = {
        exited: `ended with status ${event.exit}`,
        cancelled: "was cancelled",
        "time-limit": "took too long",
        lost: "was lost",
      };
      item.append(code, ` ${ends[event.end]}.`);
    }
    return item;
  }

  function show(state) {
    byId("place").textContent = `${state.computer}, looked after by ${state.organization}`;
    if (name.value === "") name.value = state.person;
    byId("nothing").hidden = state.sessions.length > 0;
    const open = new Set(state.sessions.map((session) => session.session));
    for (const [id, section] of sections) {
      if (open.has(id)) continue;
      section.element.remove();
      sections.delete(id);
    }
    let waiting = 0;
    for (const session of state.sessions) {
      const section = sectionOf(session);
      const { one } = section;
      one("h2").textContent = session.subject;
      one(".replay").hidden = session.mode !== "imported";
      one(".stopped").hidden = !session.isStopped;
      one(".stop").disabled = session.isStopped;
      showQuestion(section, session.question);
      if (session.question) waiting++;
      const log = one(".log");
      for (const event of session.log) {
        if (event.number < section.logged) continue;
        section.logged = event.number + 1;
        log.append(logLine(event));
      }
    }
    document.title = waiting > 0 ? `(${waiting}) Your answer is needed` : title;
  }

  const events = new EventSource("events");
  events.addEventListener("message", (event) => {
    byId("connection").textContent = "";
    show(JSON.parse(event.data));
  });
  events.addEventListener("error", () => {
    byId("connection").textContent = "The agent on this computer does not answer now. If this stays, it was stopped.";
  });
  try {
    name.value = sessionStorage.getItem("name") ?? "";
  } catch {
    // As above.
  }
})();
