import { Button } from '@mantine/core';
import { Link, useRouter, type ErrorComponentProps } from '@tanstack/react-router';
import { IconBug, IconMapOff } from '@tabler/icons-react';
import { EmptyState } from './states.tsx';

/** An address that leads nowhere. */
export function NotFound() {
  return (
    <EmptyState
      icon={<IconMapOff size={28} stroke={1.6} />}
      title="There is no such page"
      action={<Link to="/">Go home</Link>}
    >
      The address may be from another version, or mistyped.
    </EmptyState>
  );
}

/** A page that broke: a mistake of ours, or its script could not be fetched. */
export function PageError({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const again = () => {
    reset();
    void router.invalidate();
  };
  return (
    <div role="alert">
      <EmptyState
        icon={<IconBug size={28} stroke={1.6} />}
        tone="red"
        title="This page could not be shown"
        action={
          <>
            <Button variant="default" onClick={again}>
              Try again
            </Button>{' '}
            <Button variant="default" onClick={() => location.reload()}>
              Load anew
            </Button>
          </>
        }
      >
        {error instanceof Error ? error.message : String(error)}
      </EmptyState>
    </div>
  );
}
