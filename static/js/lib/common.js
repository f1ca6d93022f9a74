// What modules that are loaded later share with the page. Each of them imports all of it: so a bundle keeps it in one
// file, where it would make one for every combination of those that share.
import "../keys/keymap.js";
import "./kept.js";
import "./recent-searches.js";
