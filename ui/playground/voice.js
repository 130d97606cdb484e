// Voice channels: who is in them, and what one does there oneself.
import { h, icon, iconButton, refill } from "./dom.js";
import { face } from "./people-parts.js";
import { trying } from "./popup.js";

// voiceRow is a voice channel in the list, with who is in it.
export function voiceRow(model, channel, mark) {
  const here = model.voices.filter(({ channel_id: id }) => id === channel.id);
  const mine = model.voiceOf(model.me.id)?.channel_id === channel.id;
  return [
    h("button.channel", {
      type: "button", title: mine ? "You are connected" : "Connect", data: { key: channel.id }, class: mine ? "connected" : "",
      onclick: () => trying(() => model.person.speak(model.guild.id, { channel_id: channel.id })),
    }, mark, h("span.channel-name", null, channel.name), channel.user_limit > 0 && h("span.voice-limit", null, `${here.length}/${channel.user_limit}`)),
    here.length > 0 && h("ul.voices", { "aria-label": `In ${channel.name}` }, here.map((state) => voice(model, state))),
  ];
}

function voice(model, state) {
  const member = model.memberOf(state.user_id);
  const user = member?.user ?? { id: state.user_id };
  const muted = state.mute || state.self_mute || state.suppress;
  const deaf = state.deaf || state.self_deaf;
  return h("li.voice", null, face(model, user, { size: "small" }), h("span.channel-name", null, model.nameOf(user)),
    muted && h("span", { class: state.mute ? "by-server" : "" }, icon("microphone-off", state.mute ? "Muted by the server" : "Muted")),
    deaf && h("span", { class: state.deaf ? "by-server" : "" }, icon("headphones-off", state.deaf ? "Deafened by the server" : "Deafened")));
}

// voicePanel keeps what is shown above the one who acts while they are connected.
export function voicePanel(model) {
  const root = document.getElementById("voice");
  function draw() {
    const state = model.guild && model.voiceOf(model.me.id);
    root.hidden = !state;
    if (!state) return;
    const change = (what) => trying(() => model.person.speak(model.guild.id, { channel_id: state.channel_id, self_mute: state.self_mute, self_deaf: state.self_deaf, ...what }));
    refill(root,
      h("div.voice-text", null, h("strong", null, "Voice connected"), h("small", { title: "There is no sound in the stand-in" }, model.channelOf(state.channel_id)?.name ?? "?")),
      iconButton(state.self_mute ? "microphone-off" : "microphone", state.self_mute ? "Unmute" : "Mute", () => change({ self_mute: !model.voiceOf(model.me.id).self_mute }), { "aria-pressed": String(state.self_mute), data: { key: "voice-mute" } }),
      iconButton(state.self_deaf ? "headphones-off" : "headphones", state.self_deaf ? "Undeafen" : "Deafen", () => change({ self_deaf: !model.voiceOf(model.me.id).self_deaf }), { "aria-pressed": String(state.self_deaf), data: { key: "voice-deaf" } }),
      iconButton("phone-off", "Disconnect", () => trying(() => model.person.hangUp(model.guild.id)), { class: "hang-up", data: { key: "voice-leave" } }));
  }
  model.on("place", draw);
}
