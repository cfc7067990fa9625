-- migrate:up
set lock_timeout = '5s';

-- A number from which a facility writes, and to which patients answer. Whose it is must be known before the tenant is:
-- everybody may read, only its tenant writes. A number is public, and says nothing of a patient.
create table sender_number (
    number      text        primary key,
    tenant_id   text        not null,
    facility_id uuid        not null,
    set_at      timestamptz not null
);
alter table sender_number enable row level security;
alter table sender_number force row level security;
create policy tenant on sender_number using (tenant_id = stepwell_tenant());
create policy anybody_reads on sender_number for select using (true);
create index sender_number_by_facility on sender_number (facility_id);

-- What a patient wants, as `category/channel`; without a row everything.
create table preference (
    patient_id uuid        primary key,
    tenant_id  text        not null,
    wanted     text[]      not null,
    set_at     timestamptz not null,
    set_by     uuid        not null
);
alter table preference enable row level security;
alter table preference force row level security;
create policy tenant on preference using (tenant_id = stepwell_tenant());

-- What came in, by what it was understood as. The text is not kept, the address as a keyed hash only. `patient_ids` are
-- all to whom the address belongs; `understood_as` is the list of words that it was found in.
create table reply (
    reply_id            uuid        primary key,
    tenant_id           text        not null,
    provider            text        not null,
    provider_message_id text        not null,
    channel             text        not null,
    number              text        not null,
    facility_id         uuid        not null,
    address_hash        bytea       not null,
    kind                text        not null,
    understood_as       text,
    rule_version        text,
    patient_ids         uuid[]      not null,
    episode_id          uuid,
    about               uuid,
    sent_at             timestamptz not null,
    taken_at            timestamptz not null,
    unique (tenant_id, provider, provider_message_id)
);
alter table reply enable row level security;
alter table reply force row level security;
create policy tenant on reply using (tenant_id = stepwell_tenant());
create index reply_by_episode on reply (tenant_id, episode_id);

-- Who wants no more messages: the holder of an address, a patient reached by it, or a patient who told a member of staff.
-- Without a category no message at all. It stands until `ended_at`.
create table opt_out (
    opt_out_id   uuid        primary key,
    tenant_id    text        not null,
    channel      text        not null,
    category     text,
    patient_id   uuid,
    address_hash bytea,
    reply_id     uuid        references reply,
    taken_by     uuid,
    opted_out_at timestamptz not null,
    ended_at     timestamptz,
    check (patient_id is not null or address_hash is not null),
    check ((reply_id is null) = (address_hash is null) and (reply_id is null) <> (taken_by is null))
);
alter table opt_out enable row level security;
alter table opt_out force row level security;
create policy tenant on opt_out using (tenant_id = stepwell_tenant());
create unique index opt_out_once on opt_out (tenant_id, patient_id, address_hash, channel, category)
    nulls not distinct where ended_at is null;
create index opt_out_of_address on opt_out (tenant_id, address_hash) where ended_at is null;

-- When a patient last asked for messages again.
create table opt_in (
    patient_id  uuid        not null,
    channel     text        not null,
    tenant_id   text        not null,
    opted_in_at timestamptz not null,
    primary key (patient_id, channel)
);
alter table opt_in enable row level security;
alter table opt_in force row level security;
create policy tenant on opt_in using (tenant_id = stepwell_tenant());

-- Appointments that were cancelled, by the version of the event that told it: what will not be is not confirmed.
create table called_off (
    booking_id uuid   primary key,
    tenant_id  text   not null,
    version    bigint not null
);
alter table called_off enable row level security;
alter table called_off force row level security;
create policy tenant on called_off using (tenant_id = stepwell_tenant());

-- An appointment that the patient said they will come to; moved, it is to be confirmed anew.
create table confirmation (
    booking_id   uuid        not null,
    starts_at    timestamptz not null,
    tenant_id    text        not null,
    reply_id     uuid        not null references reply,
    confirmed_at timestamptz not null,
    primary key (booking_id, starts_at)
);
alter table confirmation enable row level security;
alter table confirmation force row level security;
create policy tenant on confirmation using (tenant_id = stepwell_tenant());

-- The answer to a reply, to whoever wrote it. The address is encrypted with a key of the answer's own; both are gone as
-- soon as its fate is sealed.
create table answer (
    answer_id    uuid        primary key,
    reply_id     uuid        not null unique references reply,
    tenant_id    text        not null,
    address_hash bytea       not null,
    template     text        not null,
    language     text        not null,
    state        text        not null check (state in ('due', 'sent', 'suppressed', 'lapsed', 'failed')),
    reason_code  text,
    rule_version text        not null,
    due_at       timestamptz not null,
    useful_until timestamptz not null,
    key_id       text,
    wrapped      bytea,
    address      bytea,
    ended_at     timestamptz,
    delivered_at timestamptz,
    check ((state = 'due') = (address is not null) and (state = 'due') = (wrapped is not null))
);
alter table answer enable row level security;
alter table answer force row level security;
create policy tenant on answer using (tenant_id = stepwell_tenant());
create index answer_by_address on answer (tenant_id, address_hash, template, due_at);

-- Answers are in the delivery ledger too, each under its own id.
alter table attempt drop constraint attempt_message_id_fkey;

-- To whom an address belongs is asked of the delivery ledger.
create index attempt_by_address on attempt (tenant_id, address_hash) where address_hash is not null;
create index message_by_patient on message (tenant_id, patient_id);

-- A page can be about a reply of nobody known: then it belongs to the facility alone.
alter table page alter column episode_id drop not null, alter column patient_id drop not null,
    add constraint page_about_a_patient check ((episode_id is null) = (patient_id is null));
create index page_about_nobody on page (tenant_id, facility_id) where episode_id is null;

-- Words that a reply is understood by, in lower case without accents and punctuation: as the whole message, or anywhere.
create table reply_word (
    rule_id        text    not null,
    version        text    not null,
    kind           text    not null check (kind in ('crisis', 'stop', 'start', 'help', 'confirm', 'reschedule')),
    language       text    not null,
    wording        text    not null check (wording ~ '^[a-z0-9]+( [a-z0-9]+)*$'),
    anywhere       boolean not null,
    effective_from date    not null,
    effective_to   date,
    source         text    not null,
    primary key (rule_id, version, wording)
);

-- How long an answer is of use, and after how long the same may be sent again to the same address; null: each time.
create table answer_rule (
    rule_id              text    not null,
    version              text    not null,
    template             text    not null,
    useful_minutes       integer not null check (useful_minutes > 0),
    again_after_minutes  integer check (again_after_minutes > 0),
    effective_from       date    not null,
    effective_to         date,
    source               text    not null,
    primary key (rule_id, version)
);

insert into answer_rule (rule_id, version, template, useful_minutes, again_after_minutes, effective_from, source) values
    ('answer.opt_out', '1', 'opt_out_confirmed', 5, null, '2020-01-01',
     '47 CFR 64.1200(a)(12): one text that confirms the opt-out, within five minutes'),
    ('answer.opt_in', '1', 'opt_in_confirmed', 60, null, '2020-01-01',
     'CTIA Messaging Principles: an opt-in is confirmed; 60 minutes: default of the house'),
    ('answer.help', '1', 'help_answer', 1440, 60, '2020-01-01',
     'CTIA Messaging Principles: HELP is answered; once an hour: default of the house, two machines must not answer each other'),
    ('answer.please_call', '1', 'please_call', 1440, 1440, '2020-01-01',
     'Default of the house: what a machine cannot settle is settled on the phone; once a day to an address'),
    ('answer.crisis', '1', 'crisis_answer', 1440, null, '2020-01-01',
     'SAMHSA, 988 Lifeline: call or text at any hour; each cry for help is answered');

do $$
begin
    execute format('revoke insert, update, delete on reply_word, answer_rule from %I', stepwell_role('app'));
end $$;

insert into reply_word (rule_id, version, kind, language, anywhere, effective_from, source, wording)
select 'reply.crisis.en', '1', 'crisis', 'en', true, date '2020-01-01',
       'C-SSRS screener, items 1 to 6: wish to be dead, thoughts, intent, behaviour; harm and overdose: default of the house',
       unnest(array[
    'suicide', 'suicidal', 'kill myself', 'kill my self', 'killing myself', 'hang myself', 'shoot myself', 'end my life',
    'ending my life', 'take my life', 'take my own life', 'end it all', 'want to die', 'wanna die', 'wish i was dead',
    'wish i were dead', 'want to be dead', 'better off dead', 'better off without me', 'no reason to live',
    'nothing to live for', 'dont want to live', 'do not want to live', 'dont want to be alive', 'dont want to be here anymore',
    'dont want to wake up', 'unalive myself', 'going to kms', 'gonna kms', 'want to kms', 'hurt myself', 'hurting myself',
    'harm myself', 'harming myself', 'cutting myself', 'self harm', 'kill someone', 'hurt someone', 'overdose', 'overdosed',
    'overdosing', 'took too many pills', 'took all my pills', 'need 911', 'call 911'
]);

insert into reply_word (rule_id, version, kind, language, anywhere, effective_from, source, wording)
select 'reply.crisis.es', '1', 'crisis', 'es', true, date '2020-01-01',
       'C-SSRS screener, items 1 to 6, in Spanish; harm and overdose: default of the house',
       unnest(array[
    'suicidio', 'suicida', 'suicidarme', 'matarme', 'me quiero matar', 'me voy a matar', 'quiero morir', 'quiero morirme',
    'me quiero morir', 'quitarme la vida', 'acabar con mi vida', 'terminar con mi vida', 'no quiero vivir',
    'no quiero seguir viviendo', 'mejor muerto', 'mejor muerta', 'no vale la pena vivir', 'hacerme dano', 'lastimarme',
    'cortarme', 'sobredosis', 'tome muchas pastillas', 'llamen al 911'
]);

insert into reply_word (rule_id, version, kind, language, anywhere, effective_from, source, wording)
select 'reply.stop.keyword', '1', 'stop', 'en', false, date '2020-01-01',
       '47 CFR 64.1200(a)(10): stop, quit, end, revoke, opt out, cancel, unsubscribe; CTIA Messaging Principles: STOPALL',
       unnest(array['stop', 'stop all', 'unsubscribe', 'cancel', 'end', 'quit', 'revoke', 'opt out']);

insert into reply_word (rule_id, version, kind, language, anywhere, effective_from, source, wording)
select 'reply.stop.wording', '1', 'stop', 'en', anywhere, date '2020-01-01',
       '47 CFR 64.1200(a)(10): any reasonable wording; this list: default of the house', unnest(wordings)
from (values
    (false, array[
    'stop now', 'stop it', 'stop this', 'just stop', 'yes stop', 'stop texting', 'stop messaging', 'stop text', 'stop texts',
    'stop messages', 'quit texting', 'end texts', 'cancel texts', 'cancel messages', 'no more', 'no texts', 'do not text',
    'dont text', 'remove me', 'take me off', 'leave me alone', 'stopp', 'sotp', 'stpo', 'unsubcribe', 'unsuscribe']),
    (true, array[
    'stop texting me', 'stop messaging me', 'stop contacting me', 'stop sending me', 'stop sending texts',
    'stop sending messages', 'stop sending these', 'stop these texts', 'stop these messages', 'stop the texts',
    'stop the messages', 'stop all texts', 'stop all messages', 'quit texting me', 'quit messaging me', 'quit sending me',
    'do not text me', 'dont text me', 'do not text this number', 'dont text this number', 'do not message me',
    'dont message me', 'do not contact me', 'dont contact me', 'do not send me', 'dont send me', 'no more texts',
    'no more messages', 'no more text messages', 'take me off your list', 'take me off this list', 'take me off the list',
    'take me off of this', 'take me off your texts', 'take me off these texts', 'remove me from', 'remove my number',
    'unsubscribe me', 'opt me out', 'opt out of', 'want to opt out', 'revoke my consent', 'withdraw my consent'])
) as list (anywhere, wordings);

insert into reply_word (rule_id, version, kind, language, anywhere, effective_from, source, wording)
select 'reply.stop.es', '1', 'stop', 'es', anywhere, date '2020-01-01',
       '47 CFR 64.1200(a)(10): any reasonable wording, in Spanish; this list: default of the house', unnest(wordings)
from (values
    (false, array[
    'alto', 'para', 'pare', 'paren', 'parar', 'basta', 'detener', 'cancelar', 'terminar', 'fin', 'salir', 'baja', 'no mas',
    'ya basta']),
    (true, array[
    'no me escriban', 'no me escriba', 'no me manden', 'no me mande', 'no me envien', 'no me envie', 'dejen de escribirme',
    'dejen de mandarme', 'dejen de enviarme', 'deje de escribirme', 'deje de mandarme', 'deje de enviarme',
    'no mas mensajes', 'no quiero mensajes', 'no quiero mas mensajes', 'darme de baja', 'denme de baja',
    'quitenme de la lista', 'borren mi numero'])
) as list (anywhere, wordings);

insert into reply_word (rule_id, version, kind, language, anywhere, effective_from, source, wording)
select rule_id, '1', kind, language, anywhere, date '2020-01-01', source, unnest(wordings)
from (values
    ('reply.start.en', 'start', 'en', false, 'CTIA Messaging Principles: START, UNSTOP; YES counts for whoever is opted out',
     array['start', 'unstop', 'subscribe', 'opt in', 'resume', 'yes']),
    ('reply.start.es', 'start', 'es', false, 'CTIA Messaging Principles, in Spanish',
     array['inicio', 'iniciar', 'comenzar', 'alta', 'reanudar', 'si']),
    ('reply.help.en', 'help', 'en', false, 'CTIA Messaging Principles: HELP, INFO',
     array['help', 'info', 'information', 'help me', 'who is this']),
    ('reply.help.es', 'help', 'es', false, 'CTIA Messaging Principles, in Spanish',
     array['ayuda', 'ayudame', 'informacion', 'quien es']),
    ('reply.confirm.en', 'confirm', 'en', false, 'Reminders of the house: reply C to confirm',
     array['c', 'confirm', 'confirmed', 'i confirm', 'yes', 'y', 'yes i will be there', 'i will be there', 'ill be there']),
    ('reply.confirm.es', 'confirm', 'es', false, 'Reminders of the house, in Spanish',
     array['si', 'confirmo', 'confirmar', 'confirmado', 'si confirmo', 'ahi estare', 'alli estare']),
    ('reply.reschedule.en', 'reschedule', 'en', false, 'Reminders of the house: reply R to reschedule', array['r', 'change']),
    ('reply.reschedule.wording.en', 'reschedule', 'en', true, 'Default of the house',
     array['reschedule', 'cancel my appointment', 'cancel the appointment', 'cancel appointment', 'change my appointment',
           'move my appointment', 'need to cancel', 'have to cancel', 'cant make it', 'cannot make it', 'wont make it',
           'cant come', 'cannot come', 'different time']),
    ('reply.reschedule.es', 'reschedule', 'es', true, 'Default of the house, in Spanish',
     array['reprogramar', 'cambiar la cita', 'cambiar mi cita', 'cancelar la cita', 'cancelar mi cita', 'no puedo ir',
           'no podre ir', 'no puedo asistir', 'no voy a poder'])
) as list (rule_id, kind, language, anywhere, source, wordings);

-- migrate:down
delete from page_attempt where page_id in (select page_id from page where patient_id is null);
delete from page where patient_id is null;
alter table page drop constraint page_about_a_patient, alter column episode_id set not null,
    alter column patient_id set not null;
drop index page_about_nobody, attempt_by_address, message_by_patient;
delete from attempt where message_id in (select answer_id from answer);
alter table attempt add constraint attempt_message_id_fkey foreign key (message_id) references message;
drop table answer_rule, reply_word, answer, confirmation, called_off, opt_in, opt_out, reply,
    preference, sender_number;
