/** The frame of a screen: a heading that takes the focus when the screen changes, one column, one chief action. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Icon } from "./icon.tsx";

interface ScreenProps {
  title: string;
  testid: string;
  line?: ComponentChildren;
  back?: { href: string; word: string };
  /** What stays under the thumb; a screen with it shows no navigation. */
  bar?: ComponentChildren;
  children: ComponentChildren;
}

export function Screen({ title, testid, line, back, bar, children }: ScreenProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Sanad`;
    window.scrollTo(0, 0);
    heading.current?.focus({ preventScroll: true });
  }, [testid, title]);
  return (
    <main class={bar ? "screen screen-with-bar" : "screen"} data-testid={`screen-${testid}`}>
      <header class="head">
        {back && (
          <a class="button button-quiet head-back" href={back.href} data-testid="back">
            <Icon name="back" />
            {back.word}
          </a>
        )}
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {line && <p class="head-line">{line}</p>}
      </header>
      {children}
      {bar && (
        <div class="bar">
          <div class="bar-column">{bar}</div>
        </div>
      )}
    </main>
  );
}

export function Card({
  title,
  children,
  testid,
}: {
  title?: ComponentChildren;
  children: ComponentChildren;
  testid?: string;
}) {
  return (
    <section class="card" data-testid={testid}>
      {title && <h2>{title}</h2>}
      {children}
    </section>
  );
}

/** A row that opens something. */
export function Row(props: {
  href?: string;
  onPress?: () => void;
  testid: string;
  children: ComponentChildren;
  end?: ComponentChildren;
}) {
  const inside = (
    <>
      <span class="list-words">{props.children}</span>
      {props.end}
      <Icon name="onward" small />
    </>
  );
  return props.href ? (
    <a class="list-row press" href={props.href} data-testid={props.testid}>
      {inside}
    </a>
  ) : (
    <button type="button" class="list-row press" data-testid={props.testid} onClick={props.onPress}>
      {inside}
    </button>
  );
}
