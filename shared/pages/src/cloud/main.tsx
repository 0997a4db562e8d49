import { render } from "preact";
import "../common/base.css";
import "./cloud.css";
import { App } from "./app";

render(<App />, document.getElementById("app")!);
