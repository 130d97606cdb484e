// Messages that nobody wrote: somebody came, a thread began, a poll ended.
import { when, stamp } from "./clock.js";
import { h, icon } from "./dom.js";
import { nameTag } from "./people-parts.js";

const Type = { Added: 1, Removed: 2, Renamed: 4, Join: 7, ThreadCreated: 18, ThreadStarter: 21, PollResult: 46 };

const marks = {
  [Type.Added]: "user-plus", [Type.Removed]: "user-minus", [Type.Renamed]: "pencil", [Type.Join]: "user-plus",
  [Type.ThreadCreated]: "messages", [Type.PollResult]: "chart-bar",
};

// isSystem reports whether Discord itself wrote the message.
export const isSystem = ({ type }) => type in marks;

// isStarter reports whether it only stands for the message that a thread was started from.
export const isStarter = ({ type }) => type === Type.ThreadStarter;

// systemItem draws one as an item of the list.
export function systemItem(model, message, on) {
  const who = nameTag(model, message.author, (event) => on.profile(message.author, event.currentTarget));
  const other = message.mentions[0] && nameTag(model, message.mentions[0], (event) => on.profile(message.mentions[0], event.currentTarget));
  return h("li.message.system", { id: `message-${message.id}`, tabindex: -1, data: { id: message.id, author: message.author.id } },
    h("div.message-row", null,
      h("span.message-arrow", null, icon(marks[message.type])),
      h("div.message-main", null, h("p", null, words(model, message, who, other, on), " ", instant(message.timestamp)))));
}

function words(model, message, who, other, on) {
  switch (message.type) {
    case Type.Added:
      return [who, " added ", other, " to the thread."];
    case Type.Removed:
      return [who, " removed ", other, " from the thread."];
    case Type.Renamed:
      return [who, " changed the name of the thread: ", h("strong", null, message.content)];
    case Type.ThreadCreated:
      return [who, " started a thread: ", h("a.thread-link", { href: model.addressOf({ channel: message.message_reference.channel_id }) }, message.content)];
    case Type.PollResult:
      return pollResult(message, who, on);
  }
  return [who, " joined the server. Say hello!"];
}

function pollResult(message, who, on) {
  const fields = Object.fromEntries(message.embeds[0]?.fields?.map(({ name, value }) => [name, value]) ?? []);
  const total = Number(fields.total_votes ?? 0);
  const share = total ? Math.round((Number(fields.victor_answer_votes) / total) * 100) : 0;
  return [
    who, "'s poll ", h("button.link", { type: "button", onclick: () => on.jump(message.message_reference.message_id) }, fields.poll_question_text), " has closed. ",
    h("strong", null, total === 0 ? "Nobody voted." : fields.victor_answer_text ? `${fields.victor_answer_text} won with ${share} %.` : "It is a tie."),
  ];
}

function instant(timestamp) {
  const at = Date.parse(timestamp);
  return h("time.message-time", { datetime: timestamp, title: stamp(at, "F") }, when(at));
}
