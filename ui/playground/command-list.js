// Slash commands as a person picks them: each subcommand is one to choose.
const Subcommand = 1, Group = 2;

// leaves lists what can be invoked: {command, path, description, options}.
export function leaves(commands) {
  return commands.filter(({ type }) => type === 1).flatMap((command) => under(command, command, command.name));
}

function under(command, part, path) {
  const branches = (part.options ?? []).filter(({ type }) => type === Subcommand || type === Group);
  if (!branches.length) return [{ command, path, description: part.description, options: part.options ?? [] }];
  return branches.flatMap((branch) => under(command, branch, `${path} ${branch.name}`));
}

// find returns the commands that fit what is typed after the slash, best first.
export function find(all, typed) {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const rank = ({ path }) => (path.startsWith(words.join(" ")) ? 0 : words[0] && path.startsWith(words[0]) ? 1 : 2);
  return all
    .filter(({ path, description }) => words.every((word) => path.includes(word) || description.toLowerCase().includes(word)))
    .sort((a, b) => rank(a) - rank(b) || a.path.localeCompare(b.path));
}
