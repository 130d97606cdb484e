// Forwarding a message, asking a poll.
import { dialog, field } from "./dialog.js";
import { channelItems } from "./entities.js";
import { h } from "./dom.js";
import { toast } from "./popup.js";

// forward asks where a message is to go.
export function forward(model, message) {
  const places = channelItems(model, "", [0, 5]).map(({ value, label }) => [value, `#${label}`]);
  const threads = (model.guild?.threads ?? []).map(({ id, name }) => [id, name]);
  dialog({
    title: "Forward to", confirm: "Forward",
    fields: [field({ name: "to", label: "Channel", kind: [...places, ...threads], value: model.channel.id })],
    async send({ elements: of }) {
      await model.person.write(of.to.value, { forward: { channel_id: message.channel_id, message_id: message.id } });
      toast("Forwarded.");
    },
  });
}

const hours = [["1", "1 hour"], ["4", "4 hours"], ["8", "8 hours"], ["24", "24 hours"], ["72", "3 days"], ["168", "1 week"]];

// ask asks for a poll in the open channel.
export function ask(model, sent) {
  const channel = model.channel.id;
  const answer = (i) => field({ name: `answer-${i}`, label: `Answer ${i}`, maxlength: 55, required: i < 3 });
  dialog({
    title: "Create poll", confirm: "Post",
    fields: [
      field({ name: "question", label: "Question", maxlength: 300, required: true }),
      [1, 2, 3, 4, 5].map(answer),
      field({ name: "hours", label: "Duration", kind: hours, value: "24" }),
      h("label.check", null, h("input", { type: "checkbox", name: "multiple" }), " Several answers may be chosen"),
    ],
    async send({ elements: of }) {
      const answers = [1, 2, 3, 4, 5].map((i) => of[`answer-${i}`].value.trim()).filter(Boolean);
      await model.person.write(channel, {
        poll: {
          question: { text: of.question.value.trim() }, answers: answers.map((text) => ({ poll_media: { text } })),
          duration: Number(of.hours.value), allow_multiselect: of.multiple.checked,
        },
      });
      sent();
    },
  });
}
