-- migrate:up
set lock_timeout = '5s';

-- Who is signed in at the console, and who is about to be. Rows are found by the hash of a random cookie before any
-- tenant is known, so they are under no policy; their time is machine time.
create table console_session (
    cookie_hash bytea       primary key,
    person      jsonb       not null,
    csrf        text        not null,
    ends_at     timestamptz not null
);
create index console_session_end on console_session (ends_at);

create table console_sign_in (
    cookie_hash bytea       primary key,
    state       text        not null,
    nonce       text        not null,
    verifier    text        not null,
    target      text        not null,
    ends_at     timestamptz not null
);
create index console_sign_in_end on console_sign_in (ends_at);

-- migrate:down
drop table console_sign_in, console_session;
