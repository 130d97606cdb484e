// What an event about reactions makes of a message.

export const sameEmoji = (a, b) => (a.id ?? a.name) === (b.id ?? b.name);

// react returns the message as it is after the event; me is whose reactions are marked.
export function react(message, name, { emoji, user_id: user }, me) {
  const list = message.reactions ?? [];
  const others = () => list.filter((reaction) => !sameEmoji(reaction.emoji, emoji));
  const mine = user === me;
  switch (name) {
    case "MESSAGE_REACTION_REMOVE_ALL":
      return { ...message, reactions: [] };
    case "MESSAGE_REACTION_REMOVE_EMOJI":
      return { ...message, reactions: others() };
    case "MESSAGE_REACTION_ADD": {
      const old = list.find((reaction) => sameEmoji(reaction.emoji, emoji));
      if (!old) return { ...message, reactions: [...list, { emoji, count: 1, me: mine }] };
      return { ...message, reactions: list.map((r) => (r === old ? { ...r, count: r.count + 1, me: r.me || mine } : r)) };
    }
    case "MESSAGE_REACTION_REMOVE":
      return {
        ...message,
        reactions: list
          .map((r) => (sameEmoji(r.emoji, emoji) ? { ...r, count: r.count - 1, me: r.me && !mine } : r))
          .filter(({ count }) => count > 0),
      };
  }
  return message;
}
