// Running the judge: at once (in an engine, in a test), or in slices, so that a page never freezes.

const SLICE = 12; // milliseconds of work between two breaths

function isQuestion(asked) {
  return "signature" in asked;
}

function answered({ key, signature, message }) {
  return isSignature(key, signature, encoded(message));
}

/** Judge a bundle at once. */
function judge(bundle, options = {}) {
  const steps = judging(bundle, options);
  let step = steps.next();
  while (!step.done) {
    step = steps.next(isQuestion(step.value) ? answered(step.value) : undefined);
  }
  return step.value;
}

/** Judge members given as [name, Base64] pairs: for whoever drives the judge from outside. */
function judgeEncoded(pairs, options = {}) {
  const members = pairs.map(([name, base64]) => [name, unbase64(base64)]);
  return judge(new Bundle(members), options);
}

/** Judge a bundle in slices; `tell` is given the progress after each. */
async function judgeInSlices(bundle, options, tell) {
  const steps = judging(bundle, options);
  const check = await signatureChecker();
  let rested = performance.now();
  let step = steps.next();
  while (!step.done) {
    const asked = step.value;
    const answer = isQuestion(asked) ? await check(asked) : undefined;
    if (!isQuestion(asked) && performance.now() - rested > SLICE) {
      tell(asked);
      await breath();
      rested = performance.now();
    }
    step = steps.next(answer);
  }
  return step.value;
}

/** Let the browser draw and listen. */
function breath() {
  return new Promise((go) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => go(channel.port1.close());
    channel.port2.postMessage(null);
  });
}

/** Return how signatures are checked: by the browser where it can, else by ourselves. */
async function signatureChecker() {
  const subtle = globalThis.crypto && globalThis.crypto.subtle;
  if (!(await knowsEd25519(subtle))) return (asked) => Promise.resolve(answered(asked));
  const sound = new Map(); // keys that we looked at ourselves: browsers take weak ones too
  return async (asked) => {
    const name = hexOf(asked.key);
    if (!sound.has(name)) sound.set(name, isSoundKey(asked.key));
    if (!sound.get(name)) return false;
    const key = await subtle.importKey("raw", asked.key, "Ed25519", false, ["verify"]);
    return subtle.verify("Ed25519", key, asked.signature, encoded(asked.message));
  };
}

async function knowsEd25519(subtle) {
  try {
    const point = new Uint8Array(32).fill(0x66).fill(0x58, 0, 1); // the base point
    await subtle.importKey("raw", point, "Ed25519", false, ["verify"]);
    return true;
  } catch {
    return false;
  }
}
