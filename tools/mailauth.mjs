// Reads {records, verify: [message], sign: message, key, domain, selector} as JSON, base64 for bytes; answers with
// what mailauth makes of each message, and with a message that it signed.
import { createRequire } from "node:module";

const need = createRequire(`${process.argv[2]}/`);
const { dkimVerify } = need("mailauth/lib/dkim/verify");
const { dkimSign } = need("mailauth/lib/dkim/sign");
const { arc } = need("mailauth/lib/arc");

let text = "";
for await (const piece of process.stdin) text += piece;
const asked = JSON.parse(text);

const resolver = async (name, kind) => {
  if (kind === "TXT" && asked.records[name]) return [[asked.records[name]]];
  throw Object.assign(new Error(`no ${kind} of ${name}`), { code: "ENOTFOUND" });
};

const verified = [];
for (const message of asked.verify) {
  const found = await dkimVerify(Buffer.from(message, "base64"), { resolver, minBitLength: 1024 });
  const chain = await arc(found.arc, { resolver });
  verified.push({
    dkim: found.results.map((each) => [each.signingDomain, each.algo, each.status.result, each.status.comment || ""]),
    arc: chain.status.result,
  });
}
const signed = await dkimSign(Buffer.from(asked.sign, "base64"), {
  canonicalization: "relaxed/relaxed",
  signatureData: [{ signingDomain: asked.domain, selector: asked.selector, privateKey: asked.key, algorithm: "rsa-sha256" }],
});
process.stdout.write(JSON.stringify({ verified, signed: signed.signatures, errors: signed.errors.map(String) }));
