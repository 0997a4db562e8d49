import { useEffect } from "preact/hooks";
import { formatCount } from "../common/format";
import { Icon, type IconName } from "../common/icon";
import { route } from "../common/route";
import { refreshSession, session, signIn, signOut } from "../common/session";
import { Brand, SignInForm } from "../common/sign-in";
import { LinkBadge, LinkBanner } from "../common/ui";
import { Alerts } from "./alerts";
import { titleOf, whereOf } from "./alert-words";
import { Gateways } from "./gateways";
import { Items } from "./items";
import { Lag } from "./lag";
import { alerts, follow, gateways, lowCount, newest } from "./state";
import { Stock } from "./stock";

const pages: { id: string; name: string; icon: IconName; view: () => preact.JSX.Element; count?: () => number }[] = [
  { id: "alerts", name: "Alerts", icon: "bell", view: Alerts, count: () => alerts.value.open.length },
  { id: "stock", name: "Stock", icon: "box", view: Stock, count: () => lowCount.value },
  { id: "items", name: "Items", icon: "history", view: Items },
  { id: "gateways", name: "Gateways", icon: "gateway", view: Gateways, count: () => gateways.value.filter(({ lost }) => lost).length },
  { id: "flow", name: "Flow", icon: "flow", view: Lag },
];

export function App() {
  useEffect(() => {
    refreshSession().catch(() => {
      // Without an answer nobody knows who is signed in; the sign-in form says what is wrong when it is used.
      session.value = { user: null, hasPassword: true };
    });
  }, []);
  if (session.value === undefined) {
    return null;
  }
  return session.value.user === null ? <SignIn /> : <SignedIn user={session.value.user} />;
}

function SignIn() {
  return (
    <SignInForm title="Sign in" submit={(fields) => signIn({ user: String(fields.get("user")), password: String(fields.get("password")) })}>
      <label>
        User
        <input name="user" autocomplete="username" autocapitalize="off" required autofocus />
      </label>
      <label>
        Password
        <input name="password" type="password" autocomplete="current-password" required />
      </label>
    </SignInForm>
  );
}

function SignedIn({ user }: { user: string }) {
  useEffect(follow, []);
  const page = pages.find(({ id }) => id === route.value[0]) ?? pages[0]!;
  const open = alerts.value.open.length;
  useEffect(() => {
    document.title = `${open > 0 ? `(${open}) ` : ""}${page.name} · EdgeGateway`;
  }, [page, open]);

  return (
    <div class="shell">
      <header>
        <Brand />
        <nav aria-label="Pages">
          {pages.map(({ id, name, icon, count }) => {
            const number = count?.() ?? 0;
            return (
              <a key={id} href={`#/${id}`} aria-current={id === page.id ? "page" : undefined}>
                <Icon name={icon} />
                {name}
                {number > 0 && (
                  <span class="count" aria-label={`${number} need attention`}>
                    {formatCount(number)}
                  </span>
                )}
              </a>
            );
          })}
        </nav>
        <div class="me">
          <LinkBadge />
          <span class="user">{user}</span>
          <button class="sign-out" onClick={() => void signOut()} aria-label="Sign out">
            <Icon name="leave" />
          </button>
        </div>
      </header>
      <main>
        <LinkBanner peer="cloud" />
        <p class="visually-hidden" role="alert">
          {newest.value && `New alert: ${titleOf(newest.value)}, ${whereOf(newest.value)}`}
        </p>
        <page.view />
      </main>
    </div>
  );
}
