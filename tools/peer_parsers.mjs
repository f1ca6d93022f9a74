// Reads file names from standard input, one a line; writes what postal-mime and mailparser make of each,
// one line of JSON a file. Run by tools/compare_parsers.py, which has installed the two.

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const require = createRequire(`${process.argv[2]}/package.json`);
const { simpleParser } = require("mailparser");
const { default: PostalMime } = await import(pathToFileURL(require.resolve("postal-mime")));

const specs = (list) =>
  (list ?? []).flatMap((entry) => (entry.group ?? null ? specs(entry.group) : [entry.address ?? ""]));

async function postalMime(raw) {
  const mail = await PostalMime.parse(raw, { forceRfc822Attachments: true, attachmentEncoding: "arraybuffer" });
  return {
    subject: mail.subject ?? "",
    from: specs(mail.from ? [mail.from] : []),
    to: specs(mail.to),
    cc: specs(mail.cc),
    text: mail.text ?? "",
    html: mail.html ?? "",
    files: mail.attachments.map((file) => [file.filename ?? "", file.content.byteLength]),
  };
}

async function mailparser(raw) {
  const plain = { skipHtmlToText: true, skipTextToHtml: true, skipImageLinks: true, skipTextLinks: true };
  const mail = await simpleParser(raw, { ...plain, keepDeliveryStatus: true });
  const people = (field) => [field ?? []].flat().flatMap((one) => specs(one.value));
  return {
    subject: mail.subject ?? "",
    from: people(mail.from),
    to: people(mail.to),
    cc: people(mail.cc),
    text: mail.text ?? "",
    html: mail.html || "",
    files: mail.attachments.map((file) => [file.filename ?? "", file.content.length]),
  };
}

for await (const path of createInterface({ input: process.stdin })) {
  const raw = await readFile(path);
  const answer = { path };
  for (const [name, parse] of Object.entries({ "postal-mime": postalMime, mailparser })) {
    try {
      answer[name] = await parse(raw);
    } catch (error) {
      answer[name] = { error: String(error) };
    }
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
