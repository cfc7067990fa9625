-- migrate:up
set lock_timeout = '5s';

-- Pairs of classes that do not go together, in either order. `days_after` counts from the last injection of a depot;
-- without it both are taken now.
create table interaction_rule (
    rule_id          text    not null,
    version          text    not null,
    place            integer not null,
    first_class      text    not null,
    second_class     text    not null,
    severity         text    not null check (severity in ('HARD_STOP', 'STOP_OVERRIDE', 'WARN', 'INFO')),
    is_high          boolean not null,
    code             text    not null,
    except_protocols text[]  not null default '{}',
    days_after       int4range,
    effective_from   date    not null default '2020-01-01',
    effective_to     date,
    source           text    not null,
    primary key (rule_id, version)
);

insert into interaction_rule
    (place, rule_id, version, first_class, second_class, severity, is_high, code, except_protocols, days_after, source)
select place, 'interaction.' || rule_id, '1', first_class, second_class, severity, is_high, code, except_protocols::text[],
       days_after::int4range, source
from (values
    (10, 'naltrexone_opioid', 'opioid_antagonist', 'full_opioid', 'HARD_STOP', false, 'precipitated_withdrawal', '{}', null,
     'Label of naltrexone: contraindicated with opioids'),
    (11, 'naltrexone_buprenorphine', 'opioid_antagonist', 'buprenorphine', 'HARD_STOP', false, 'precipitated_withdrawal', '{}', null,
     'Label of naltrexone: contraindicated with partial agonists'),
    (12, 'depot_opioid', 'opioid_antagonist_depot', 'full_opioid', 'HARD_STOP', false, 'opioid_blockade', '{}', '[0,28]',
     'Label of extended-release naltrexone: blockade for about 28 days'),
    (13, 'depot_buprenorphine', 'opioid_antagonist_depot', 'buprenorphine', 'HARD_STOP', false, 'opioid_blockade', '{}', '[0,28]',
     'Label of extended-release naltrexone: blockade for about 28 days'),
    (14, 'waning_depot_opioid', 'opioid_antagonist_depot', 'full_opioid', 'STOP_OVERRIDE', false, 'opioid_blockade_wanes', '{}', '[29,35]',
     'Label of extended-release naltrexone: blockade wanes after 28 days; the week after is a default of the house'),
    (15, 'waning_depot_buprenorphine', 'opioid_antagonist_depot', 'buprenorphine', 'STOP_OVERRIDE', false, 'opioid_blockade_wanes', '{}',
     '[29,35]', 'Label of extended-release naltrexone: blockade wanes after 28 days; the week after is a default of the house'),
    (20, 'methadone_buprenorphine', 'methadone', 'buprenorphine', 'STOP_OVERRIDE', false, 'agonists_overlap', '{low_dose}', null,
     'Label of buprenorphine: withdrawal in who takes a full agonist; low-dose starts overlap by design (J Addict Med 2022)'),
    (30, 'moud_benzodiazepine', 'moud', 'benzodiazepine', 'WARN', true, 'sedation', '{}', null,
     'FDA drug safety communication, September 2017: no reason to withhold treatment; education, naloxone, taper'),
    (31, 'moud_z_drug', 'moud', 'z_drug', 'WARN', true, 'sedation', '{}', null,
     'FDA drug safety communication, September 2017: other depressants of the central nervous system'),
    (32, 'moud_gabapentinoid', 'moud', 'gabapentinoid', 'WARN', true, 'sedation', '{}', null,
     'FDA drug safety communication, December 2019: respiratory depression with opioids'),
    (33, 'moud_alcohol', 'moud', 'alcohol', 'WARN', true, 'sedation', '{}', null,
     'FDA drug safety communication, September 2017: other depressants of the central nervous system'),
    (34, 'moud_depressant', 'moud', 'cns_depressant', 'WARN', true, 'sedation', '{}', null,
     'FDA drug safety communication, September 2017: other depressants of the central nervous system'),
    (40, 'moud_cyp3a4_inhibitor', 'moud', 'cyp3a4_inhibitor_strong', 'WARN', false, 'level_rises', '{}', null,
     'Labels of methadone and buprenorphine: inhibitors of CYP3A4'),
    (41, 'methadone_cyp3a4_inducer', 'methadone', 'cyp3a4_inducer', 'WARN', true, 'level_falls', '{}', null,
     'Label of methadone: inducers of CYP3A4 bring withdrawal; reversed when they stop'),
    (42, 'methadone_cyp2b6_inducer', 'methadone', 'cyp2b6_inducer', 'WARN', true, 'level_falls', '{}', null,
     'Label of methadone: inducers of CYP2B6 bring withdrawal; reversed when they stop'),
    (43, 'buprenorphine_cyp3a4_inducer', 'buprenorphine', 'cyp3a4_inducer', 'WARN', false, 'level_falls', '{}', null,
     'Label of buprenorphine: inducers of CYP3A4'),
    (50, 'methadone_qt', 'methadone', 'qt_prolonging', 'WARN', false, 'qt_prolongation', '{}', null,
     'Label of methadone: ECG, potassium and magnesium'),
    (51, 'methadone_maoi', 'methadone', 'maoi', 'WARN', false, 'serotonin_syndrome', '{}', null, 'Label of methadone'),
    (52, 'methadone_serotonergic', 'methadone', 'serotonergic', 'WARN', false, 'serotonin_syndrome', '{}', null, 'Label of methadone'),
    (60, 'disulfiram_metronidazole', 'disulfiram', 'metronidazole', 'HARD_STOP', false, 'disulfiram_reaction', '{}', null,
     'Label of metronidazole: psychotic reactions with disulfiram'),
    (61, 'disulfiram_elixir', 'disulfiram', 'alcohol_elixir', 'HARD_STOP', false, 'disulfiram_reaction', '{}', null,
     'Label of disulfiram: no medicine that contains alcohol'),
    (62, 'disulfiram_protease_inhibitor', 'disulfiram', 'protease_inhibitor_liquid', 'HARD_STOP', false, 'disulfiram_reaction', '{}', null,
     'Labels of the liquids of ritonavir and amprenavir: they contain alcohol or propylene glycol'),
    (63, 'disulfiram_warfarin', 'disulfiram', 'warfarin', 'WARN', false, 'level_rises', '{}', null, 'Label of disulfiram'),
    (64, 'disulfiram_phenytoin', 'disulfiram', 'phenytoin', 'WARN', false, 'level_rises', '{}', null, 'Label of disulfiram'),
    (65, 'disulfiram_isoniazid', 'disulfiram', 'isoniazid', 'WARN', false, 'level_rises', '{}', null, 'Label of disulfiram'),
    (70, 'loperamide', 'offered', 'loperamide_high', 'WARN', false, 'opioid_like', '{}', null,
     'FDA drug safety communication, June 2016: high doses of loperamide'),
    (71, 'kratom', 'offered', 'kratom', 'WARN', false, 'opioid_like', '{}', null, 'FDA: kratom acts on opioid receptors'),
    (72, 'tianeptine', 'offered', 'tianeptine', 'WARN', false, 'opioid_like', '{}', null, 'FDA: tianeptine acts on opioid receptors')
) as row (place, rule_id, first_class, second_class, severity, is_high, code, except_protocols, days_after, source);

-- A substance that is known to have no interaction here has the class `none_known`; a substance without a row is unknown.
create table medicine_class (
    substance      text not null,
    class          text not null,
    version        text not null,
    effective_from date not null,
    effective_to   date,
    source         text not null,
    primary key (substance, class, version)
);

insert into medicine_class (substance, class, version, effective_from, source)
select substance, class, '1', '2020-01-01', source
from (values
    ('offered', 'The medicines of the house',
     '{methadone,buprenorphine_naloxone_sl,buprenorphine_sl,sublocade,brixadi_weekly,brixadi_monthly,naltrexone_xr,naltrexone_oral,
       acamprosate,disulfiram}'),
    ('moud', 'Medication for opioid use disorder that acts on the receptor',
     '{methadone,buprenorphine_naloxone_sl,buprenorphine_sl,sublocade,brixadi_weekly,brixadi_monthly}'),
    ('methadone', 'Label', '{methadone}'),
    ('buprenorphine', 'Labels',
     '{buprenorphine_naloxone_sl,buprenorphine_sl,sublocade,brixadi_weekly,brixadi_monthly,buprenorphine,
       buprenorphine_naloxone}'),
    ('opioid_antagonist', 'Labels', '{naltrexone_xr,naltrexone_oral,naltrexone}'),
    ('opioid_antagonist_depot', 'Label', '{naltrexone_xr}'),
    ('disulfiram', 'Label', '{disulfiram}'),
    ('full_opioid', 'Labels',
     '{methadone,morphine,oxycodone,hydrocodone,hydromorphone,oxymorphone,codeine,fentanyl,tapentadol,tramadol,meperidine,heroin}'),
    ('benzodiazepine', 'Labels',
     '{alprazolam,clonazepam,diazepam,lorazepam,temazepam,chlordiazepoxide,oxazepam,midazolam,triazolam}'),
    ('z_drug', 'Labels', '{zolpidem,eszopiclone,zaleplon}'),
    ('gabapentinoid', 'Labels', '{gabapentin,pregabalin}'),
    ('alcohol', 'Labels', '{alcohol}'),
    ('cns_depressant', 'Labels', '{carisoprodol,baclofen,phenobarbital,quetiapine,promethazine,clonidine,xylazine}'),
    ('cyp3a4_inhibitor_strong', 'FDA table of inhibitors of CYP3A4; labels',
     '{ketoconazole,itraconazole,voriconazole,posaconazole,fluconazole,clarithromycin,erythromycin,telithromycin,ritonavir,
       ritonavir_liquid,cobicistat}'),
    ('cyp3a4_inducer', 'FDA table of inducers of CYP3A4; label of methadone',
     '{rifampin,carbamazepine,phenytoin,phenobarbital,efavirenz,nevirapine}'),
    ('cyp2b6_inducer', 'FDA table of inducers of CYP2B6; label of methadone',
     '{rifampin,carbamazepine,phenytoin,phenobarbital,efavirenz,nevirapine}'),
    ('qt_prolonging', 'CredibleMeds lists; labels',
     '{citalopram_over_40_mg,haloperidol_iv,ondansetron,clarithromycin,erythromycin,ciprofloxacin,levofloxacin,moxifloxacin,ketoconazole,
       itraconazole,voriconazole,posaconazole,fluconazole,quinidine,procainamide,disopyramide,flecainide,amiodarone,sotalol,dofetilide,
       hydroxychloroquine,lofexidine}'),
    ('maoi', 'Labels', '{phenelzine,tranylcypromine,isocarboxazid,selegiline}'),
    ('serotonergic', 'Labels',
     '{sertraline,fluoxetine,paroxetine,citalopram,citalopram_over_40_mg,escitalopram,fluvoxamine,venlafaxine,desvenlafaxine,duloxetine,
       linezolid,tramadol}'),
    ('metronidazole', 'Label', '{metronidazole}'),
    ('alcohol_elixir', 'Label of disulfiram', '{alcohol_elixir}'),
    ('protease_inhibitor_liquid', 'Labels', '{ritonavir_liquid,amprenavir_liquid}'),
    ('warfarin', 'Label', '{warfarin}'),
    ('phenytoin', 'Label', '{phenytoin}'),
    ('isoniazid', 'Label', '{isoniazid}'),
    ('loperamide_high', 'Label', '{loperamide_high_dose}'),
    ('kratom', 'FDA', '{kratom}'),
    ('tianeptine', 'FDA', '{tianeptine}'),
    ('none_known', 'Labels; azithromycin is the macrolide that does not inhibit CYP3A4',
     '{azithromycin,naloxone,nalmefene,acetaminophen,ibuprofen,metformin,lisinopril,amlodipine,atorvastatin,levothyroxine,
       omeprazole,loperamide,amoxicillin}')
) as row (class, source, substances)
cross join unnest(replace(replace(substances, E'\n', ''), ' ', '')::text[]) as substance;

-- migrate:down
drop table medicine_class, interaction_rule;
