// Uses of commands, buttons, selects and modals, from the moment they are sent to what came of them.

// Interactions are those of the person who acts. Each is known by its nonce, since its events may
// come before the answer to the request that made it.
export class Interactions {
  waiting = new Map(); // nonce → what is shown while it waits
  failed = new Map(); // nonce → commands that the application did not answer
  broken = new Map(); // message id → what a component's use ended with
  #settle = new Map(); // nonce → resolves the outcome
  #byID = new Map(); // interaction id → nonce
  #count = 0;

  constructor(model) {
    this.model = model;
  }

  // start sends an interaction and resolves with what came of it: {ok, text, choices}. It rejects
  // with a Refused when it is not even delivered. what = {command} or {message, component} or
  // {modal} or nothing, for what shows no trace.
  async start(what, send) {
    const nonce = `${Date.now()}.${++this.#count}`;
    const outcome = new Promise((resolve) => this.#settle.set(nonce, resolve));
    if (what) this.waiting.set(nonce, { nonce, channel: this.model.channel?.id, ...what });
    if (what?.message) this.broken.delete(what.message);
    this.model.changed("pending");
    try {
      const { interaction_id } = await send(nonce);
      if (this.#settle.has(nonce)) this.#byID.set(interaction_id, nonce);
    } catch (refused) {
      this.#settle.delete(nonce);
      this.waiting.delete(nonce);
      this.model.changed("pending");
      throw refused;
    }
    return outcome;
  }

  // apply takes an event of Discord's client.
  apply(name, data) {
    switch (name) {
      case "INTERACTION_SUCCESS":
        return this.#end(data.nonce, { ok: true });
      case "INTERACTION_FAILURE":
        return this.#end(data.nonce, { ok: false, text: data.message });
      case "APPLICATION_COMMAND_AUTOCOMPLETE_RESPONSE":
        return this.#end(data.nonce, { ok: true, choices: data.choices });
      case "INTERACTION_MODAL_CREATE":
        return this.model.changed("modal", data);
    }
  }

  // answered is called when the message that answers an interaction is there.
  answered(interaction) {
    const nonce = this.#byID.get(interaction);
    if (nonce && this.waiting.delete(nonce)) this.model.changed("pending");
  }

  // busy reports whether a component of the message waits for its answer: its custom id, or "".
  busy(message) {
    for (const one of this.waiting.values()) if (one.message === message) return one.component;
    return "";
  }

  // dismiss takes the trace of a failed command away.
  dismiss(nonce) {
    this.failed.delete(nonce);
    this.model.changed("pending");
  }

  // forget ends everything that waits, without an outcome to show.
  forget() {
    for (const resolve of this.#settle.values()) resolve({ ok: true });
    for (const map of [this.waiting, this.failed, this.broken, this.#settle, this.#byID]) map.clear();
  }

  #end(nonce, outcome) {
    const what = this.waiting.get(nonce);
    this.waiting.delete(nonce);
    if (what && !outcome.ok) {
      if (what.command) this.failed.set(nonce, { ...what, text: outcome.text });
      if (what.message) this.broken.set(what.message, outcome.text);
    }
    this.#settle.get(nonce)?.(outcome);
    this.#settle.delete(nonce);
    this.model.changed("pending");
  }
}
