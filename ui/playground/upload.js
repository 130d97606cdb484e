// Files as the stand-in takes them.
const largest = 700_000; // bytes that fit a request; of a larger file only its size is sent

// readFile returns a file as {filename, content_type, size, data}, data in base64.
export async function readFile(file) {
  const out = { filename: file.name, content_type: file.type, size: file.size };
  if (file.size > largest) return out;
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return { ...out, data: btoa(text) };
}
