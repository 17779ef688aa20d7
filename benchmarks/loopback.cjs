// For a program of Node.js that may reach nothing but this machine: every name leads to 127.0.0.1, every other address
// is refused, and the authority of $AUTHORITY (a file) is the only one.
//
//     NODE_OPTIONS="--require .../loopback.cjs" AUTHORITY=authority.pem node program.js
"use strict";
const dns = require("node:dns");
const fs = require("node:fs");
const net = require("node:net");
const tls = require("node:tls");

const HERE = "127.0.0.1";

const lookup = dns.lookup;
dns.lookup = (_name, ...rest) => lookup(HERE, ...rest);

const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...given) {
  const [first] = given.flat();
  const host = typeof first === "object" ? first.host : given[1];
  if (net.isIP(host) && host !== HERE) throw new Error(`${host} is not this machine`);
  return connect.apply(this, given);
};

if (process.env.AUTHORITY) tls.setDefaultCACertificates([fs.readFileSync(process.env.AUTHORITY, "utf8")]);
