// passkey-button signs in, or confirms, by a passkey; passkey-maker has the browser make one. Both stay hidden
// where the browser has none: without https, or too old to speak JSON of them (WebAuthn Level 3 §5.1.8).
const form = (host) => host.closest("form") ?? host.querySelector("form");

async function send(host, url, fields) {
  const body = new URLSearchParams(fields);
  body.set("csrfmiddlewaretoken", form(host).elements.csrfmiddlewaretoken.value);
  const response = await fetch(url, { method: "POST", headers: { Accept: "application/json" }, body });
  const lead = response.headers.get("HX-Redirect");
  if (lead) location.assign(lead);
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw Object.assign(new Error(`HTTP ${response.status}`), { text: answer.text });
  return answer;
}

class Passkey extends HTMLElement {
  connectedCallback() {
    this.hidden = !globalThis.PublicKeyCredential?.parseRequestOptionsFromJSON;
    this.querySelector("button").onclick = (event) => this.go(event);
  }

  async go(event) {
    const own = this.querySelector("form");
    if (own && !own.reportValidity()) return;
    event.preventDefault();
    event.currentTarget.disabled = true;
    const said = this.querySelector("[role=alert]");
    said.textContent = "";
    try {
      const publicKey = await send(this, this.dataset.begin, {});
      const credential = await this.ask(publicKey);
      const fields = { answer: JSON.stringify(credential), ...Object.fromEntries(this.fields()) };
      location.assign((await send(this, this.dataset.finish, fields)).next);
    } catch (error) {
      said.textContent = error.text ?? this.dataset.failed;
      this.querySelector("button").disabled = false;
    }
  }

  fields() {
    return [["next", form(this).elements.next?.value ?? ""]];
  }
}

class PasskeyButton extends Passkey {
  ask(options) {
    return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
  }
}

class PasskeyMaker extends Passkey {
  ask(options) {
    return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) });
  }

  fields() {
    return [["name", form(this).elements.name.value]];
  }
}

customElements.define("passkey-button", PasskeyButton);
customElements.define("passkey-maker", PasskeyMaker);
