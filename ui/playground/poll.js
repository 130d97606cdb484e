// A poll: its answers to choose from, and how the votes are.
import { time } from "./inline.js";
import { h, icon } from "./dom.js";
import { now } from "./clock.js";

// poll draws the one of a message. vote is called with the message and the numbers of the answers.
export function poll(model, message, { vote }) {
  const { question, answers, results, allow_multiselect: multiple, expiry } = message.poll;
  const counts = new Map((results?.answer_counts ?? []).map((one) => [one.id, one]));
  const total = [...counts.values()].reduce((sum, { count }) => sum + count, 0);
  const mine = answers.filter(({ answer_id: id }) => counts.get(id)?.me_voted).map(({ answer_id: id }) => id);
  const over = results?.is_finalized || Date.parse(expiry) <= now();
  const most = Math.max(0, ...[...counts.values()].map(({ count }) => count));
  const choose = (id) => vote(message, mine.includes(id) ? mine.filter((one) => one !== id) : multiple ? [...mine, id] : [id]);
  return h("section.poll", { "aria-label": `Poll: ${question.text}` },
    h("h3", null, question.text),
    h("p.poll-about", null, over ? "The poll is closed." : multiple ? "Select one or more answers" : "Select one answer"),
    h("div.poll-answers", null, answers.map(({ answer_id: id, poll_media: media }) => {
      const count = counts.get(id)?.count ?? 0;
      const share = total ? Math.round((count / total) * 100) : 0;
      return h("button.poll-answer", {
        type: "button", disabled: over, "aria-pressed": String(mine.includes(id)), data: { key: `poll-${message.id}-${id}` },
        class: [mine.includes(id) && "mine", over && count === most && count > 0 && "won"].filter(Boolean).join(" "),
        style: { "--share": `${share}%` }, onclick: () => choose(id),
      },
      media.emoji?.name && h("span.emoji", null, media.emoji.name), h("span.poll-text", null, media.text),
      h("span.poll-share", null, `${count} ${count === 1 ? "vote" : "votes"} · ${share} %`), mine.includes(id) && icon("check", "You voted for it"));
    })),
    h("p.poll-foot", null, `${total} ${total === 1 ? "vote" : "votes"} · `, over ? "Poll closed" : ["ends ", time(Date.parse(expiry), "R")]));
}

// voted is a message after somebody voted in its poll, or no longer does.
export function voted(message, name, { answer_id: id, user_id: user }, me) {
  if (!message.poll) return message;
  const add = name === "MESSAGE_POLL_VOTE_ADD" ? 1 : -1;
  const old = message.poll.results ?? { is_finalized: false, answer_counts: [] };
  const one = old.answer_counts.find((count) => count.id === id) ?? { id, count: 0, me_voted: false };
  const changed = { ...one, count: one.count + add, me_voted: user === me ? add > 0 : one.me_voted };
  const counts = [...old.answer_counts.filter((count) => count.id !== id), changed].filter(({ count }) => count > 0);
  return { ...message, poll: { ...message.poll, results: { ...old, answer_counts: counts } } };
}
