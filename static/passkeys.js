"use strict";
/* Passkeys: a browser offers them to scripts alone. A form with data-passkey ("get" or "create") shows itself where the
   browser can, asks what data-options says, and sends the answer in its field with data-answer. */
(() => {
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const named = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

  const asked = (form) => {
    const options = JSON.parse(form.dataset.options);
    options.challenge = bytes(options.challenge);
    if (form.dataset.passkey === "get") return navigator.credentials.get({ publicKey: options });
    options.user.id = bytes(options.user.id);
    options.excludeCredentials = named(options.excludeCredentials);
    return navigator.credentials.create({ publicKey: options });
  };

  const answer = (credential) => {
    const given = credential.response;
    const response = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (given[name]) response[name] = text(given[name]);
    }
    return JSON.stringify({
      id: credential.id, rawId: text(credential.rawId), type: credential.type, response, clientExtensionResults: {},
    });
  };

  if (!window.PublicKeyCredential) return;
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const field = form.querySelector("[data-answer]");
    const failed = form.querySelector("[data-failed]");
    form.hidden = false;
    window.addEventListener("pageshow", () => { field.value = ""; }); // coming back, one is asked anew
    form.addEventListener("submit", async (event) => {
      if (field.value) return;
      event.preventDefault();
      failed.hidden = true;
      try {
        field.value = answer(await asked(form));
        form.submit();
      } catch {
        failed.hidden = false;
      }
    });
  }
})();
