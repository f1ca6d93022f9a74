// What pages ask for; each question has its answer.
const ANSWERS = {
  account: async ({ owner }) => (await belongsTo(owner), {}),
  keep: keepSome,
  forget: async () => (await forgetMail(), {}),
  add: addLetter,
  take: takeLetter,
  send: sendLetters,
  letters: state,
};

async function reply({ data, ports: [port] }) {
  try {
    port.postMessage(await ANSWERS[data.type](data));
  } catch (error) {
    port.postMessage({ failed: String(error) });
  }
}

self.addEventListener("message", (event) => {
  if (event.data?.type in ANSWERS && event.ports.length) event.waitUntil(reply(event));
});
