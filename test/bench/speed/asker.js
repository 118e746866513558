// A client in a process of its own, which asks for one URL again and again, and says how long each answer took.

import { Agent, get } from 'node:http';

const [url] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
const took = [];
const pause = 5;

const ask = () => {
  const started = performance.now();
  get(url, { agent }, (response) => {
    response.resume().once('end', () => {
      took.push(performance.now() - started);
      setTimeout(ask, pause);
    });
  }).once('error', () => setTimeout(ask, pause));
};

process.on('message', () => {
  process.send(took);
  process.exit();
});
process.on('disconnect', () => process.exit());
ask();
process.send('ready');
