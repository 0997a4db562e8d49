import { render } from "preact";
import "../common/base.css";
import "./edge.css";
import { App } from "./app";

render(<App />, document.getElementById("app")!);
