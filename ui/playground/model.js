// What the page knows: one person's view of one guild and channel, kept up to date by their events.
import { setNow } from "./clock.js";
import { Interactions } from "./interactions.js";
import { voted } from "./poll.js";
import { react } from "./reactions.js";
import { Stream } from "./stream.js";

// events after which the guild around the messages is asked for again
const structural = new Set([
  "GUILD_CREATE", "GUILD_UPDATE", "GUILD_DELETE", "GUILD_MEMBER_ADD", "GUILD_MEMBER_UPDATE", "GUILD_MEMBER_REMOVE",
  "GUILD_ROLE_CREATE", "GUILD_ROLE_UPDATE", "GUILD_ROLE_DELETE", "CHANNEL_CREATE", "CHANNEL_UPDATE", "CHANNEL_DELETE",
  "THREAD_CREATE", "THREAD_UPDATE", "THREAD_DELETE", "THREAD_MEMBERS_UPDATE", "VOICE_STATE_UPDATE", "GUILD_STICKERS_UPDATE",
  "GUILD_EMOJIS_UPDATE", "USER_UPDATE", "APPLICATION_COMMANDS_UPDATE", "APPLICATION_COMMAND_PERMISSIONS_UPDATE",
]);
const others = [
  "RESET", "MESSAGE_CREATE", "MESSAGE_UPDATE", "MESSAGE_DELETE", "MESSAGE_DELETE_BULK", "MESSAGE_REACTION_ADD",
  "MESSAGE_REACTION_REMOVE", "MESSAGE_REACTION_REMOVE_ALL", "MESSAGE_REACTION_REMOVE_EMOJI", "TYPING_START",
  "MESSAGE_POLL_VOTE_ADD", "MESSAGE_POLL_VOTE_REMOVE", "AUTO_MODERATION_RULE_CREATE", "AUTO_MODERATION_RULE_UPDATE",
  "AUTO_MODERATION_RULE_DELETE", "PRESENCE_UPDATE", "GUILD_BAN_ADD", "GUILD_BAN_REMOVE", "GUILD_AUDIT_LOG_ENTRY_CREATE", "INTERACTION_SUCCESS",
  "INTERACTION_FAILURE", "INTERACTION_MODAL_CREATE", "APPLICATION_COMMAND_AUTOCOMPLETE_RESPONSE",
];

const typingLasts = 10_000; // milliseconds
const settles = 150; // within which a burst of structural events makes one question
const slowest = 5_000; // between two tries to connect again
const page = 100; // messages that the stand-in sends at once
const most = 400; // messages that are kept while one reads the newest

export class Model {
  me = null;
  guilds = [];
  direct = [];
  guild = null;
  channel = null;
  messages = []; // of the channel, oldest first; a changed message is a new object
  follows = true; // the newest message is in sight
  complete = false; // the first message of the channel is among them
  commands = [];
  unread = new Map(); // channel id → how often the person is mentioned there
  typing = new Map(); // user id → timer
  met = new Map(); // user id → user, of whom a client that has seen what this one has knows the name
  connected = false;
  #listeners = new Map();
  #turn = 0; // counts the places asked for and opened; an answer to an earlier question is late
  #choosing = 0; // places that the person has chosen and that are not open yet
  #tries = 0;
  #refreshing = null;

  constructor(people, details) {
    this.people = people;
    this.details = details;
    this.interactions = new Interactions(this);
    this.stream = new Stream([...structural, ...others], {
      onOpen: () => this.#connection(true),
      onEvent: (name, body) => this.#apply(name, body),
      onLost: () => this.#reconnect(),
    });
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden && this.me) this.resync();
      else this.stream.close(); // a browser keeps few connections to one host, and tabs add up
    });
  }

  // on calls listener after each change of a topic: place, messages, met (the ids of who was met), members, typing, pending,
  // connection, modal, moderation.
  on(topic, listener) {
    if (!this.#listeners.has(topic)) this.#listeners.set(topic, []);
    this.#listeners.get(topic).push(listener);
  }

  changed(topic, detail) {
    for (const listener of this.#listeners.get(topic) ?? []) listener(detail);
  }

  // enter opens a place as a person. Where the person may not go, the nearest place is opened; a
  // person who does not exist is a Refused with status 404.
  async enter(place) {
    this.#choosing++;
    try {
      await this.#open(place);
    } finally {
      this.#choosing--;
    }
  }

  async #open({ me, guild, channel }) {
    const turn = ++this.#turn;
    const person = this.people.as(me);
    const [view, standing] = await Promise.all([nearest(person, { guild, channel }), this.people.standing()]);
    if (turn !== this.#turn) return;
    this.#turn++;
    clearTimeout(this.retry);
    setNow(standing.now);
    this.#tries = 0;
    this.person = person;
    this.sessions = standing.sessions;
    for (const timer of this.typing.values()) clearTimeout(timer);
    this.typing.clear();
    this.interactions.forget();
    if (this.me?.id !== me) this.met.clear();
    this.#take(view);
    this.messages = view.channel?.messages ?? [];
    this.#read(this.messages);
    this.complete = this.messages.length < page;
    if (this.channel) this.unread.delete(this.channel.id);
    if (!document.hidden) this.stream.follow(person.events(view.cursor));
    if (this.members.get(me)?.status === "offline") person.change({ status: "online" }).catch(() => {}); // as who opens Discord
    this.changed("place");
    this.changed("messages");
  }

  // resync opens the same place again, for when events may have been missed. While another is on its
  // way because the person chose it, that one is awaited.
  resync() {
    if (this.#choosing) return this.#reconnect();
    return this.#open({ me: this.me.id, guild: this.guild?.id, channel: this.channel?.id }).catch((refused) => {
      if (refused.status === 404) location.reload();
      else this.#reconnect();
    });
  }

  // older loads messages from before the oldest one.
  async older() {
    const [first] = this.messages;
    if (this.complete || !first || this.loading) return;
    this.loading = true;
    try {
      const channel = this.channel.id;
      const list = await this.person.before(channel, first.id);
      if (this.channel?.id !== channel || this.messages[0] !== first) return;
      this.complete = list.length < page;
      this.#read(list);
      this.messages = [...list.reverse(), ...this.messages];
      this.changed("messages", { older: true });
    } finally {
      this.loading = false;
    }
  }

  memberOf = (user) => this.members.get(user);
  roleOf = (role) => this.roles.get(role);
  channelOf = (channel) => this.guild?.channels.find(({ id }) => id === channel) ?? this.guild?.threads.find(({ id }) => id === channel);
  voiceOf = (user) => this.voices.find(({ user_id: id }) => id === user);

  // meet remembers users whom the person has come across. Being in the list of members is not enough: of
  // a larger guild a client does not know them all.
  meet(...users) {
    const fresh = users.filter((user) => user && !this.met.has(user.id)).map(({ id }) => id);
    for (const user of users) if (user) this.met.set(user.id, user);
    if (fresh.length) this.changed("met", fresh);
  }

  // nameOf is what the guild calls a user, else what the user object says.
  nameOf(user) {
    return this.members.get(user.id)?.name ?? user.global_name ?? user.username ?? "Unknown user";
  }

  // faceOf is the address of a user's picture.
  faceOf({ id, avatar }) {
    return avatar ? `${this.cdn}/avatars/${id}/${avatar}.svg` : `${this.cdn}/embed/avatars/${Number((BigInt(id) >> 22n) % 6n)}.svg`;
  }

  // there reports whether a bot is connected as the application.
  get there() {
    const bot = this.members.get(this.bot.id);
    return bot ? bot.status !== "offline" : this.sessions > 0;
  }

  #take(view) {
    this.me = view.me;
    this.bot = view.bot;
    const cdn = new URL(view.cdn); // by path alone: the page may have been opened under another name of this machine
    this.cdn = cdn.pathname;
    this.home = cdn.origin;
    this.guilds = view.guilds;
    this.direct = view.direct;
    this.guild = view.guild ?? null;
    this.channel = view.channel ?? null;
    this.commands = view.channel?.commands ?? [];
    this.installed = view.installed;
    this.voices = view.guild?.voice_states ?? [];
    this.members = new Map(view.guild?.members.map((member) => [member.user.id, member]));
    this.roles = new Map(view.guild?.roles.map((role) => [role.id, role]));
    this.meet(this.me, this.bot, ...this.voices.map(({ user_id: id }) => this.members.get(id)?.user));
  }

  // #read meets those who appear in messages.
  #read(messages) {
    for (const { author, mentions, interaction_metadata: via, referenced_message: answered } of messages) {
      this.meet(author, ...mentions, via?.user, answered?.author);
    }
  }

  #connection(up) {
    if (this.connected === up) return;
    this.connected = up;
    this.changed("connection");
  }

  #reconnect() {
    this.#connection(false);
    clearTimeout(this.retry);
    this.retry = setTimeout(() => !document.hidden && this.resync(), Math.min(slowest, 250 * 2 ** this.#tries++));
  }

  #refreshSoon() {
    this.#refreshing ??= setTimeout(async () => {
      this.#refreshing = null;
      const turn = this.#turn;
      try {
        const view = await nearest(this.person, { guild: this.guild?.id, channel: this.channel?.id });
        if (turn !== this.#turn) return;
        if (view.channel?.id !== this.channel?.id) return void this.resync();
        this.#take(view);
        this.changed("place");
        this.changed("messages");
      } catch {
        this.#reconnect();
      }
    }, settles);
  }

  #apply(name, { data, interaction_id: via }) {
    if (structural.has(name)) return this.#refreshSoon();
    const here = data?.channel_id === this.channel?.id;
    switch (name) {
      case "RESET":
        return this.resync();
      case "MESSAGE_CREATE":
        this.#stopTyping(data.author.id);
        this.#read([data]);
        if (!here) return this.#elsewhere(data);
        this.interactions.answered(via);
        this.messages = [...this.messages.filter(({ id }) => id !== data.id), data];
        if (this.follows && this.messages.length > most) {
          this.messages = this.messages.slice(-page); // what is above comes back by scrolling there
          this.complete = false;
        }
        return this.changed("messages");
      case "MESSAGE_UPDATE":
        if (here) this.#read([data]);
        return here && this.#change(data.id, (old) => ({ ...data, reactions: old.reactions, poll: polled(old.poll, data.poll) }));
      case "MESSAGE_DELETE":
      case "MESSAGE_DELETE_BULK": {
        const gone = new Set(data.ids ?? [data.id]);
        this.messages = this.messages.filter(({ id }) => !gone.has(id));
        return this.changed("messages");
      }
      case "TYPING_START":
        return here && data.user_id !== this.me.id && this.#startTyping(data.user_id);
      case "PRESENCE_UPDATE": {
        const member = this.members.get(data.user.id);
        if (!member || member.status === data.status) return;
        member.status = data.status;
        return this.changed("members");
      }
      case "GUILD_BAN_ADD":
      case "GUILD_BAN_REMOVE":
      case "GUILD_AUDIT_LOG_ENTRY_CREATE":
      case "AUTO_MODERATION_RULE_CREATE":
      case "AUTO_MODERATION_RULE_UPDATE":
      case "AUTO_MODERATION_RULE_DELETE":
        return this.changed("moderation");
    }
    if (name.startsWith("MESSAGE_REACTION_")) return here && this.#change(data.message_id, (old) => react(old, name, data, this.me.id));
    if (name.startsWith("MESSAGE_POLL_VOTE_")) return here && this.#change(data.message_id, (old) => voted(old, name, data, this.me.id));
    this.interactions.apply(name, data);
  }

  #change(id, change) {
    if (!this.messages.some((message) => message.id === id)) return;
    this.messages = this.messages.map((message) => (message.id === id ? change(message) : message));
    this.changed("messages");
  }

  #elsewhere({ channel_id, author, mentions, mention_everyone, mention_roles }) {
    if (author.id === this.me.id) return;
    const mine = this.members.get(this.me.id)?.roles ?? [];
    const meant = mention_everyone || mentions.some(({ id }) => id === this.me.id) || mention_roles.some((id) => mine.includes(id));
    this.unread.set(channel_id, (this.unread.get(channel_id) ?? 0) + (meant ? 1 : 0));
    this.changed("unread");
  }

  #startTyping(user) {
    clearTimeout(this.typing.get(user));
    this.typing.set(user, setTimeout(() => this.#stopTyping(user), typingLasts));
    this.changed("typing");
  }

  #stopTyping(user) {
    clearTimeout(this.typing.get(user));
    if (this.typing.delete(user)) this.changed("typing");
  }
}

// polled keeps what the person voted for, which the change of a message does not tell.
function polled(old, fresh) {
  if (!old?.results || !fresh?.results) return fresh;
  const mine = new Set(old.results.answer_counts.filter(({ me_voted: me }) => me).map(({ id }) => id));
  return { ...fresh, results: { ...fresh.results, answer_counts: fresh.results.answer_counts.map((one) => ({ ...one, me_voted: mine.has(one.id) })) } };
}

// nearest asks for a place, then for what is around it, where the person may be.
async function nearest(person, { guild, channel }) {
  for (const place of [{ guild, channel }, { guild }, {}]) {
    try {
      return await person.state(place);
    } catch (refused) {
      if (![403, 404].includes(refused.status) || (!place.guild && !place.channel)) throw refused;
    }
  }
}
