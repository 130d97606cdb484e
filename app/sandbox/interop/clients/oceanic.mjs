// An Oceanic bot that does what it is told.
import { Client, InteractionTypes } from 'oceanic.js';
import { buttons, commands, form, guarded, rule, say, serve } from './line.mjs';

const client = new Client({
  auth: `Bot ${process.env.TOKEN}`, rest: { baseURL: `${process.env.API}/v10` }, gateway: { intents: ['ALL'], compress: false },
});
const home = process.env.GUILD;

client.on('ready', () => say({ event: 'ready', user: client.user.id }));
client.on('shardResume', () => say({ event: 'resume' }));
client.on('error', () => {}); // of connections, which are cut here
client.on('packet', ({ t }) => t === 'READY' && say({ event: 'identified' }));
client.on('messageCreate', (m) => say({ event: 'message', content: m.content, author: m.author.id }));
client.on('autoModerationActionExecution', (_, __, user, a) => say({ event: 'blocked', user: user.id, content: a.content }));
client.on('guildMemberAdd', (m) => say({ event: 'join', user: m.id }));
client.on('guildMemberRemove', (m) => say({ event: 'leave', user: m.id ?? m.user?.id }));

client.on('interactionCreate', guarded(async (i) => {
  switch (i.type) {
    case InteractionTypes.APPLICATION_COMMAND_AUTOCOMPLETE:
      return i.result([{ name: `you typed ${i.data.options.getFocused(true).value}`, value: 'x' }]);
    case InteractionTypes.APPLICATION_COMMAND:
      if (i.data.name === 'say') {
        return i.createMessage({
          embeds: [{ title: i.data.options.getString('what', true) }], components: buttons('customID'), flags: i.data.options.getBoolean('private') ? 64 : 0,
        });
      }
      await i.defer();
      await i.editOriginal({ content: 'thought' });
      return i.createFollowup({ content: 'twice', flags: 64 });
    case InteractionTypes.MESSAGE_COMPONENT:
      if (i.data.customID === 'more') return i.editParent({ content: 'more', embeds: [], components: [] });
      return i.createModal(form('customID', 'minLength'));
    case InteractionTypes.MODAL_SUBMIT:
      return i.createMessage({ content: `hello ${i.data.components.getTextInput('name', true)}` });
  }
}));

const guilds = client.rest.guilds;
const roles = async (user) => (await guilds.getMember(home, user)).roles;

serve({
  sees: () => {
    const g = client.guilds.get(home);
    return { name: g.name, channels: g.channels.size, roles: g.roles.size, members: g.memberCount };
  },
  register: async () => (await client.rest.applications.bulkEditGuildCommands(client.application.id, home, commands)).length,
  fetchMembers: async () => (await client.guilds.get(home).fetchMembers({})).length,
  files: async (channel) => [...(await client.rest.channels.createMessage(channel, {
    content: 'two files', files: [{ contents: Buffer.from('first'), name: 'a.txt' }, { contents: Buffer.from('the second'), name: 'b.txt' }],
  })).attachments.values()].map(({ filename, size }) => ({ filename, size })),
  giveRole: async (user, role) => { await guilds.addMemberRole(home, user, role, 'well done'); return roles(user); },
  takeRole: async (user, role) => { await guilds.removeMemberRole(home, user, role); return roles(user); },
  timeout: async (user, ms) => (await guilds.editMember(home, user, {
    communicationDisabledUntil: new Date(Date.now() + ms).toISOString(), reason: 'too loud ✋',
  })).communicationDisabledUntil?.getTime(),
  kick: (user) => guilds.removeMember(home, user, 'go away'),
  ban: (user) => guilds.createBan(home, user, { deleteMessageSeconds: 60, reason: 'and stay away' }),
  unban: (user) => guilds.removeBan(home, user),
  audit: async () => (await guilds.getAuditLog(home, { limit: 50 })).entries.map((e) => ({ action: e.actionType, reason: e.reason })),
  rule: async () => (await guilds.createAutoModerationRule(home, {
    name: rule.name, eventType: 1, triggerType: 1, triggerMetadata: { keywordFilter: rule.keywords }, enabled: true,
    actions: [{ type: 1, metadata: { customMessage: rule.message } }],
  })).name,
  dropRules: async () => (await Promise.all((await guilds.getAutoModerationRules(home)).map(({ id }) => guilds.deleteAutoModerationRule(home, id)))).length,
  thread: async (channel) => {
    const { id, name } = await client.rest.channels.startThreadWithoutMessage(channel, { name: 'Side', type: 11 });
    return { id, name };
  },
  archive: async (thread) => (await client.rest.channels.edit(thread, { archived: true })).threadMetadata.archived,
  webhook: async (channel) => {
    const hook = await client.rest.webhooks.create(channel, { name: 'News' });
    const m = await client.rest.webhooks.execute(hook.id, hook.token, { content: 'hear ye', username: 'Herald', wait: true });
    await client.rest.webhooks.delete(hook.id);
    return { webhook: m.webhookID, author: m.author.username, content: m.content };
  },
}, () => client.disconnect(false));

await client.connect();
