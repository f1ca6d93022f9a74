// All that a touch screen adds, in one piece.
import "./swipe.js";
import "./press.js";
import "./drawer.js";
import "./pull.js";
import "./older.js";
