// The people API of the stand-in: what a person sees and does.

// Refused is an answer other than 2xx, in words for a person.
export class Refused extends Error {
  constructor(status, body) {
    super(words(status, body));
    this.status = status;
    this.code = body?.code ?? 0;
    this.fields = mistakes(body?.errors);
  }
}

const known = {
  10006: "This invite has run out, or never was one.",
  10008: "This message is no longer there.",
  10062: "This interaction has ended. Ask again with the command or button that opened it.",
  20016: "Slow mode is on in this channel. Wait a moment and send it again.",
  40008: "Invites of this server are paused at the moment.",
  40007: "This person is banned here. A moderator can lift the ban.",
  50001: "You do not have access to that.",
  50006: "A message needs some text or a file.",
  50007: "This person takes no direct messages.",
  160005: "This thread is locked.",
  50083: "This thread is archived. Write in it to open it again.",
  50013: "You do not have the permission, or the role, to do that.",
};

function words(status, body) {
  if (known[body?.code]) return known[body.code];
  const [first] = mistakes(body?.errors);
  if (first) return first.path.length ? `${first.path.at(-1)}: ${first.message}` : first.message;
  return body?.message ?? `The stand-in answered with status ${status}.`;
}

// mistakes lists what Discord's nested tree of errors says, each with its path.
function mistakes(tree, path = []) {
  if (!tree || typeof tree !== "object") return [];
  return Object.entries(tree).flatMap(([key, value]) =>
    key === "_errors" ? value.map(({ message }) => ({ path, message })) : mistakes(value, [...path, key]),
  );
}

async function call(method, address, body) {
  let response;
  try {
    response = await fetch(address, {
      method,
      headers: body === undefined ? {} : { "Content-Type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new Refused(0, { message: "The stand-in cannot be reached. Is the program still running?" });
  }
  const text = await response.text();
  let answer = null;
  try {
    answer = text ? JSON.parse(text) : null;
  } catch {
    answer = { message: `The stand-in answered with status ${response.status} and no JSON.` };
  }
  if (!response.ok) throw new Refused(response.status, answer);
  return answer;
}

const id = encodeURIComponent;

// People is the API as such; as(me) is the part of one person.
export class People {
  constructor(base) {
    this.base = base;
  }
  details = () => call("GET", `${this.base}/details`);
  standing = () => call("GET", `${this.base}/control/`);
  find = (q) => call("GET", `${this.base}/?q=${id(q)}`);
  create = (person) => call("POST", `${this.base}/`, person);
  wire = () => `${this.base}/wire`;
  flood = (what) => call("POST", `${this.base}/control/floods`, what);
  as = (me) => new Person(`${this.base}/${id(me)}`);
}

class Person {
  constructor(base) {
    this.base = base;
  }
  state({ guild, channel }) {
    const query = new URLSearchParams();
    if (guild) query.set("guild", guild);
    if (channel) query.set("channel", channel);
    return call("GET", `${this.base}/state?${query}`);
  }
  events = (after) => `${this.base}/events?after=${after}`;
  direct = () => call("POST", `${this.base}/direct`);
  change = (what) => call("PATCH", `${this.base}/`, what);
  install = (on) => call(on ? "PUT" : "DELETE", `${this.base}/app`);
  submit = (modal, body) => call("POST", `${this.base}/modals/${id(modal)}`, body);
  dismiss = (modal) => call("DELETE", `${this.base}/modals/${id(modal)}`);

  #in = (channel) => `${this.base}/channels/${id(channel)}`;
  before = (channel, message) => call("GET", `${this.#in(channel)}/messages?before=${id(message)}`);
  write = (channel, message) => call("POST", `${this.#in(channel)}/messages`, message);
  edit = (channel, message, content) => call("PATCH", `${this.#in(channel)}/messages/${id(message)}`, { content });
  remove = (channel, message) => call("DELETE", `${this.#in(channel)}/messages/${id(message)}`);
  react = (channel, message, emoji) => call("PUT", `${this.#in(channel)}/messages/${id(message)}/reactions/${id(emoji)}`);
  unreact = (channel, message, emoji) => call("DELETE", `${this.#in(channel)}/messages/${id(message)}/reactions/${id(emoji)}`);
  press = (channel, message, use) => call("POST", `${this.#in(channel)}/messages/${id(message)}/press`, use);
  invoke = (channel, command) => call("POST", `${this.#in(channel)}/commands`, command);
  vote = (channel, message, answers) => call("PUT", `${this.#in(channel)}/messages/${id(message)}/votes`, { answer_ids: answers });
  endPoll = (channel, message) => call("POST", `${this.#in(channel)}/messages/${id(message)}/expire`);
  startThread = (channel, thread) => call("POST", `${this.#in(channel)}/threads`, thread);
  startThreadAt = (channel, message, thread) => call("POST", `${this.#in(channel)}/messages/${id(message)}/threads`, thread);
  addToThread = (thread, user) => call("PUT", `${this.#in(thread)}/thread-members/${id(user)}`);
  leaveThread = (thread, user) => call("DELETE", `${this.#in(thread)}/thread-members/${id(user)}`);
  invite = (channel, invite) => call("POST", `${this.#in(channel)}/invites`, invite);
  lookUp = (code) => call("GET", `${this.base}/invites/${id(code)}`);
  accept = (code) => call("POST", `${this.base}/invites/${id(code)}`);
  typing = (channel) => call("POST", `${this.#in(channel)}/typing`);

  #at = (guild) => `${this.base}/guilds/${id(guild)}`;
  join = (guild) => call("PUT", `${this.#at(guild)}/`);
  leave = (guild) => call("DELETE", `${this.#at(guild)}/`);
  inviteBot = (guild) => call("PUT", `${this.#at(guild)}/bot`);
  member = (guild, user) => call("GET", `${this.#at(guild)}/members/${id(user)}`);
  editMember = (guild, user, change) => call("PATCH", `${this.#at(guild)}/members/${id(user)}`, change);
  kick = (guild, user, reason) => call("DELETE", `${this.#at(guild)}/members/${id(user)}`, { reason });
  giveRole = (guild, user, role) => call("PUT", `${this.#at(guild)}/members/${id(user)}/roles/${id(role)}`);
  takeRole = (guild, user, role) => call("DELETE", `${this.#at(guild)}/members/${id(user)}/roles/${id(role)}`);
  bans = (guild) => call("GET", `${this.#at(guild)}/bans`);
  ban = (guild, user, body) => call("PUT", `${this.#at(guild)}/bans/${id(user)}`, body);
  unban = (guild, user, reason) => call("DELETE", `${this.#at(guild)}/bans/${id(user)}`, { reason });
  speak = (guild, voice) => call("PUT", `${this.#at(guild)}/voice`, voice);
  hangUp = (guild) => call("DELETE", `${this.#at(guild)}/voice`);
  createChannel = (guild, channel) => call("POST", `${this.#at(guild)}/channels`, channel);
  editChannel = (guild, channel, change) => call("PATCH", `${this.#at(guild)}/channels/${id(channel)}`, change);
  deleteChannel = (guild, channel) => call("DELETE", `${this.#at(guild)}/channels/${id(channel)}`);
  rules = (guild) => call("GET", `${this.#at(guild)}/auto-moderation/rules`);
  createRule = (guild, rule) => call("POST", `${this.#at(guild)}/auto-moderation/rules`, rule);
  editRule = (guild, rule, change) => call("PATCH", `${this.#at(guild)}/auto-moderation/rules/${id(rule)}`, change);
  deleteRule = (guild, rule) => call("DELETE", `${this.#at(guild)}/auto-moderation/rules/${id(rule)}`);
  auditLog = (guild) => call("GET", `${this.#at(guild)}/audit-log`);
}
