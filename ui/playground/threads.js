// Threads and the posts of forums: starting them, and the list that a forum shows.
import { when } from "./clock.js";
import { dialog, field } from "./dialog.js";
import { h, icon } from "./dom.js";

export const Thread = { News: 10, Public: 11, Private: 12, Forum: 15 };
export const isThread = (channel) => channel?.type >= Thread.News && channel.type <= Thread.Private;

// startThread asks for a thread in the open channel, or from a message of it.
export function startThread(model, message) {
  const { channel, person } = model;
  dialog({
    title: message ? "Create thread from the message" : "Create thread", confirm: "Create thread",
    fields: [
      field({ name: "name", label: "Thread name", maxlength: 100, required: true, value: message?.content.slice(0, 40) ?? "" }),
      !message && channel.type === 0 && field({ name: "kind", label: "Who sees it", kind: [["", "Everybody in the channel"], ["private", "Only who is invited, and moderators"]] }),
    ],
    async send({ elements: of }) {
      const body = { name: of.name.value, private: of.kind?.value === "private" };
      const thread = message ? await person.startThreadAt(channel.id, message.id, body) : await person.startThread(channel.id, body);
      await model.enter({ me: model.me.id, channel: thread.id });
    },
  });
}

// newPost asks for a post in the open forum.
export function newPost(model) {
  const { channel, person } = model;
  const tags = channel.available_tags ?? [];
  dialog({
    title: "New post", confirm: "Post",
    fields: [
      field({ name: "name", label: "Title", maxlength: 100, required: true }),
      field({ name: "content", label: "Message", kind: "area", maxlength: 2000, required: true }),
      tags.length > 0 && field({ name: "tag", label: "Tag", kind: [["", "None"], ...tags.map(({ id, name }) => [id, name])] }),
    ],
    async send({ elements: of }) {
      const post = await person.startThread(channel.id, { name: of.name.value, content: of.content.value, applied_tags: of.tag?.value ? [of.tag.value] : [] });
      await model.enter({ me: model.me.id, channel: post.id });
    },
  });
}

// forum draws the posts of the open forum, newest first.
export function forum(model) {
  const { channel, guild } = model;
  const posts = guild.threads.filter(({ parent_id: parent }) => parent === channel.id).reverse();
  const tags = new Map((channel.available_tags ?? []).map(({ id, name }) => [id, name]));
  return [
    h("li.forum-head", null, h("h2", null, channel.name), channel.topic && h("p", null, channel.topic),
      h("button.button.primary", { type: "button", onclick: () => newPost(model) }, icon("plus"), "New post")),
    ...posts.map((post) => h("li", null, h("a.post", { href: model.addressOf({ channel: post.id }) },
      h("span.post-tags", null, (post.applied_tags ?? []).map((id) => h("span.tag", null, tags.get(id) ?? "?"))),
      h("strong", null, post.name),
      h("small", null, icon("messages"), String(post.message_count ?? 0), ` · ${when(Number(BigInt(post.id) >> 22n) + 1420070400000)}`)))),
    posts.length === 0 && h("li.nothing", null, "There are no posts yet."),
  ].filter(Boolean);
}
