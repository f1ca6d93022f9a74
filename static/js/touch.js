// What fingers do.
import "./touch/swipe.js";
import "./touch/press.js";
import "./touch/drawer.js";
import "./touch/pull.js";
import "./touch/older.js";
