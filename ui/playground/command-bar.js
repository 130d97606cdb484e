// The composer while a command is filled in: its name, a pill for each option, and what is wrong.
import { h, icon, iconButton } from "./dom.js";
import { Option } from "./option.js";

// commandBar shows the form of a command. It resolves nothing: on.run(options, files) is called to
// send it and may throw a Refused, on.leave() when the person goes back to writing.
export function commandBar(model, leaf, on) {
  const about = h("p.command-about", { id: "command-about", "aria-live": "polite" }, leaf.description);
  const pills = h("div.pills");
  const more = h("div.more-options");
  const send = h("button.icon-button.send", { type: "submit", "aria-label": `Send /${leaf.path}`, title: "Send", onkeydown: leaveKey }, icon("send"));
  const open = new Map(); // option name → Option
  const form = h("form.command", { "aria-label": `Command /${leaf.path}`, novalidate: true, onsubmit: submit },
    h("div.command-head", null, about),
    h("div.command-line", null,
      h("span.command-chip", null, `/${leaf.path}`),
      pills, more, iconButton("x", "Leave the command", () => on.leave()), send));

  const acts = {
    complete: async (name, typed) => {
      const values = {};
      for (const option of open.values()) {
        try {
          if (option.spec.name !== name && !option.file && option.read() !== undefined) values[option.spec.name] = option.read();
        } catch {
          continue; // what is wrong is said when the command is sent
        }
      }
      return on.complete({ ...values, [name]: typed }, name);
    },
    focused: (option) => tell(option.about),
    next(option) {
      const all = [...open.values()];
      const empty = [...all.slice(all.indexOf(option) + 1), ...all].find((one) => one.spec.required && one.empty);
      if (empty) empty.focus();
    },
    submit,
    leave(option, key) {
      if (key === "Escape") return on.leave();
      const all = [...open.values()];
      const before = all[all.indexOf(option) - 1];
      if (!option.spec.required) remove(option);
      else if (!before) return on.leave();
      before ? before.focus() : send.focus();
    },
  };

  function add(spec, focus = true) {
    const option = new Option(model, spec, acts);
    option.node.append(h("span.sr", { id: `option-${spec.name}-about` }, spec.description));
    if (!spec.required) option.node.append(iconButton("x", `Leave out ${spec.name}`, () => remove(option)));
    open.set(spec.name, option);
    pills.append(option.node);
    offer();
    if (focus) option.focus();
  }

  function remove(option) {
    open.delete(option.spec.name);
    option.list?.hide();
    option.node.remove();
    offer();
    send.focus();
  }

  function offer() {
    more.replaceChildren(...leaf.options.filter(({ name }) => !open.has(name)).map((spec) =>
      h("button.option-offer", { type: "button", title: spec.description, "aria-label": `Add ${spec.name}: ${spec.description}`, onclick: () => add(spec) }, icon("plus"), spec.name)));
  }

  function tell(text, bad = false) {
    about.textContent = text;
    about.classList.toggle("bad", bad);
    about.setAttribute("role", bad ? "alert" : "status");
  }

  function wrong(option, text) {
    option.wrong(text);
    option.focus();
    tell(`${option.spec.name}: ${text}`, true);
  }

  async function submit(event) {
    event?.preventDefault();
    if (send.disabled) return;
    const options = {};
    const files = {};
    for (const option of open.values()) {
      try {
        const value = option.read();
        if (option.file) files[option.spec.name] = option.file;
        else if (value !== undefined) options[option.spec.name] = value;
        option.wrong("");
      } catch (error) {
        return wrong(option, error.message);
      }
    }
    send.disabled = true;
    try {
      await on.run(options, files);
    } catch (refused) {
      const mistake = refused.fields?.find(({ path }) => open.has(path.at(-1)));
      if (mistake) wrong(open.get(mistake.path.at(-1)), mistake.message);
      else tell(refused.message, true);
    } finally {
      send.disabled = false;
    }
  }

  function leaveKey(event) {
    if (event.key !== "Escape" && event.key !== "Backspace") return;
    event.preventDefault();
    on.leave();
  }

  for (const spec of leaf.options.filter(({ required }) => required)) add(spec, false);
  offer();
  return { form, focus: () => (open.size ? [...open.values()][0] : send).focus() };
}
