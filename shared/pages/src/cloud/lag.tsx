import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { errorText, get } from "../common/api";
import { formatCount, formatDuration } from "../common/format";
import { noticeSignedOut } from "../common/session";
import { Badge, Banner, Empty } from "../common/ui";
import type { LagRow } from "./types";

const REFRESH_MILLISECONDS = 3_000;
const BEHIND_SECONDS = 60;

/** How far the views are behind the topics. */
export function Lag() {
  const rows = useSignal<LagRow[] | null>(null);
  const error = useSignal("");
  useEffect(() => {
    const refresh = () =>
      void get<LagRow[]>("api/lag")
        .then((loaded) => {
          rows.value = loaded;
          error.value = "";
        })
        .catch((e: unknown) => {
          noticeSignedOut(e);
          error.value = errorText(e);
        });
    refresh();
    const timer = setInterval(refresh, REFRESH_MILLISECONDS);
    return () => clearInterval(timer);
  }, []);

  const behind = (rows.value ?? []).reduce((sum, { records }) => sum + records, 0);
  return (
    <section class="stack" aria-labelledby="flow-title">
      <div class="row spread">
        <h1 id="flow-title">Flow</h1>
        {rows.value && <p class="muted">{behind === 0 ? "Everything in the topics is in the views." : `${formatCount(behind)} records behind`}</p>}
      </div>
      {error.value && (
        <Banner tone="warn" icon="warning">
          {error.value}
        </Banner>
      )}
      <div class="card table">
        {rows.value?.length === 0 && <Empty icon="flow">No partition is assigned to this instance.</Empty>}
        {rows.value && rows.value.length > 0 && (
          <table>
            <thead>
              <tr>
                <th scope="col">Topic</th>
                <th scope="col" class="number">
                  Partition
                </th>
                <th scope="col" class="number">
                  Records behind
                </th>
                <th scope="col" class="number">
                  Time behind
                </th>
                <th scope="col">State</th>
              </tr>
            </thead>
            <tbody>
              {rows.value.map((row) => (
                <tr key={`${row.topic}/${row.partition}`}>
                  <th scope="row">{row.topic}</th>
                  <td class="number" data-label="Partition">
                    {row.partition}
                  </td>
                  <td class="number" data-label="Records">
                    {formatCount(row.records)}
                  </td>
                  <td class="number" data-label="Time">
                    {row.seconds == null ? "–" : formatDuration(row.seconds)}
                  </td>
                  <td>{row.records > 0 && (row.seconds ?? 0) > BEHIND_SECONDS ? <Badge tone="warn">Behind</Badge> : <Badge tone="good">Live</Badge>}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </div>
    </section>
  );
}
