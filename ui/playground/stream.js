// One stream of server-sent events at a time. When it breaks it is not taken up again by itself:
// the numbers of its events may belong to a program that has been restarted since.

export class Stream {
  #source = null;

  // names are the events that are told as onEvent(name, body); onLost is called once when the
  // stream breaks.
  constructor(names, { onOpen, onEvent, onLost }) {
    Object.assign(this, { names, onOpen, onEvent, onLost });
  }

  follow(address) {
    this.close();
    const source = new EventSource(address);
    this.#source = source;
    source.onopen = () => this.onOpen?.();
    source.onerror = () => {
      if (this.#source !== source) return;
      this.close();
      this.onLost();
    };
    for (const name of this.names) {
      source.addEventListener(name, (event) => {
        if (this.#source === source) this.onEvent(name, JSON.parse(event.data));
      });
    }
  }

  close() {
    this.#source?.close();
    this.#source = null;
  }
}
