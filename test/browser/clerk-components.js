// Plays Clerk's file of components: like the real one it leaves a constructor behind, which nobody looks into but its program, and styles itself inline.
(() => {
  const style = (at) => {
    const sheet = document.createElement("style");
    sheet.textContent = ".cl-internal { padding: 7px; display: grid; gap: 0.5rem; max-width: 20rem }";
    document.head.append(sheet);
    at.classList.add("cl-internal");
  };
  const element = (name, properties) => Object.assign(document.createElement(name), properties);

  window.__internal_ClerkUICtor = {
    signIn(clerk, ask, at, to) {
      style(at);
      const form = element("form", {});
      const label = element("label", { textContent: "Email address" });
      const problem = element("p", { role: "alert" });
      label.append(element("input", { name: "identifier", type: "email", required: true }));
      form.append(label, element("button", { textContent: "Continue" }), problem);
      form.addEventListener("submit", async (event) => {
        event.preventDefault();
        const identifier = new FormData(form).get("identifier");
        if ((await ask("POST", "/client/sign_ins", { identifier })) === undefined) {
          problem.textContent = "Couldn't find your account.";
          return;
        }
        await clerk.renew();
        location.assign(to);
      });
      at.append(form);
    },
    organizations(clerk, ask, at, to) {
      style(at);
      for (const { id, name } of clerk.session?.memberships ?? []) {
        const button = element("button", { type: "button", textContent: name });
        button.addEventListener("click", async () => {
          await ask("POST", `/client/sessions/${clerk.session.id}/touch`, { active_organization_id: id });
          await clerk.renew();
          location.assign(to);
        });
        at.append(button);
      }
    },
    user(clerk, at) {
      style(at);
      at.append(element("button", { type: "button", textContent: clerk.session?.user.name ?? "" }));
    },
  };
})();
