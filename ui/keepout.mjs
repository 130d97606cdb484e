// Some npm packages hold Go files. A go.mod of its own keeps node_modules out of ours: out of
// "./..." and out of what is embedded into the binary.
import { writeFileSync } from "node:fs";

writeFileSync("node_modules/go.mod", "module node_modules\n");
