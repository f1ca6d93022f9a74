// All that a touch screen adds, in one piece.
import "../lib/common.js";
import "./swipe.js";
import "./press.js";
import "./drawer.js";
import "./pull.js";
import "./older.js";
