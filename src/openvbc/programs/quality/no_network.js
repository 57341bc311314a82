// Loaded before anything else of a program that only computes (node --require): what would reach
// the network, start another program or load machine code throws. Workers load it as well.
"use strict";

const refuse = (what) =>
  function refused() {
    throw new Error(`${what} is refused: a package is computed without the network`);
  };

function shut(owner, names, what) {
  for (const name of names) {
    if (typeof owner[name] !== "function") continue;
    const value = refuse(what);
    Object.defineProperty(owner, name, { value, writable: false, configurable: false });
  }
}

const net = require("net");
shut(net.Socket.prototype, ["connect"], "a connection");
shut(net.Server.prototype, ["listen"], "listening");
const dgram = require("dgram");
shut(dgram.Socket.prototype, ["bind", "connect", "send"], "a datagram");
const dns = require("dns");
for (const owner of [dns, dns.promises, dns.Resolver.prototype, dns.promises.Resolver.prototype]) {
  const names = Object.getOwnPropertyNames(owner);
  shut(owner, names.filter((name) => /^(lookup|resolve|reverse)/.test(name)), "a look-up");
}
const started = require("child_process");
shut(started.ChildProcess.prototype, ["spawn"], "another program");
shut(started, ["spawnSync", "execSync", "execFileSync"], "another program");
shut(require("inspector"), ["open"], "listening");
// Past the modules above only Node's own inner parts and machine code could go.
shut(process, ["_linkedBinding", "dlopen"], "machine code");
const OUTWARD = /^(tcp|pipe|udp|cares|tls|stream|process|spawn|inspector|js_stream)/;
const binding = process.binding;
const value = (name) => (OUTWARD.test(name) ? refuse("an inner part of Node")() : binding(name));
Object.defineProperty(process, "binding", { value, writable: false, configurable: false });

const workers = require("worker_threads");
const { Worker } = workers;
class Quiet extends Worker {
  constructor(file, options = {}) {
    super(file, { ...options, execArgv: ["--require", __filename] });
  }
}
Object.defineProperty(workers, "Worker", { value: Quiet, writable: false, configurable: false });
require("module").syncBuiltinESMExports();
