"""From asking to the end: what a job becomes, and who may do what to it."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from cnc_survey.jobs import running
from cnc_survey.jobs.kinds import job_kinds
from cnc_survey.jobs.models import Job
from cnc_survey.jobs.queue import cancel_job, enqueue_job, retry_job
from cnc_survey.jobs.running import UNEXPECTED, CancelledError, Pulse, ReturnedError, SupersededError, run_job
from cnc_survey.jobs.upkeep import LOST, LOST_AFTER, ROWS_KEPT, look_after_jobs, queue_daily_jobs
from tests.waiting_jobs import run_waiting_jobs

pytestmark = pytest.mark.django_db
State = Job.State


@pytest.fixture
def analyst():
    return User.objects.create_superuser("ana")


@pytest.fixture
def interviewer():
    return User.objects.create_user("ines", is_staff=True)


def start(job):
    """Mark a waiting job as begun by a worker of elsewhere; return it."""
    now = timezone.now()
    Job.objects.filter(pk=job.pk).update(started_at=now, heartbeat_at=now, attempts=1, worker="ailleurs:7")
    job.refresh_from_db()
    return job


def test_a_job_waits_runs_and_leaves_its_file(analyst, stored):
    job = enqueue_job("words", analyst, {"words": "merci"})
    assert (job.state, job.title, job.owner) == (State.WAITING, "Essai words", analyst)
    run_waiting_jobs()
    job.refresh_from_db()
    assert (job.state, job.done, job.total, job.percent, job.attempts) == (State.FINISHED, 2, 2, 100, 1)
    assert (job.file_name, job.file_size, stored()) == ("mots.txt", 5, {"mots.txt": "merci"})
    assert job.expires_at - job.finished_at == timedelta(days=7)


def test_a_job_is_queued_with_the_change_that_asks_for_it_or_not_at_all(analyst):
    with transaction.atomic():
        enqueue_job("words", analyst)
        transaction.set_rollback(True)
    assert (Job.objects.count(), DBTaskResult.objects.count()) == (0, 0)


def test_the_same_thing_asked_twice_is_one_job(analyst):
    first = enqueue_job("words", analyst, {"words": "un"})
    assert enqueue_job("words", analyst, {"words": "un"}) == first
    assert enqueue_job("words", analyst, {"words": "deux"}) != first
    run_waiting_jobs()
    assert enqueue_job("words", analyst, {"words": "un"}) != first


def test_only_who_may_queues(analyst, interviewer):
    with pytest.raises(PermissionDenied):
        enqueue_job("words", interviewer)
    with pytest.raises(PermissionDenied):
        enqueue_job("own", analyst)  # nobody's: the service asks for it
    with pytest.raises(KeyError):
        enqueue_job("unheard of", analyst)
    assert enqueue_job("own").owner is None


def test_a_refusal_is_told_in_its_own_words(analyst):
    job = enqueue_job("refused", analyst)
    run_waiting_jobs()
    job.refresh_from_db()
    assert (job.state, job.error) == (State.FAILED, "Cette campagne n’est pas close : closez-la d’abord.")


def test_a_fault_of_ours_fails_the_job_and_keeps_its_traceback(analyst, caplog):
    job = enqueue_job("broken", analyst)
    run_waiting_jobs()
    job.refresh_from_db()
    assert (job.state, job.error) == (State.FAILED, UNEXPECTED)
    assert "ZeroDivisionError" in caplog.text


def test_a_kind_that_a_newer_version_dropped_fails(analyst):
    job = enqueue_job("words", analyst)
    Job.objects.update(kind="forgotten")
    run_waiting_jobs()
    job.refresh_from_db()
    assert (job.state, job.error) == (State.FAILED, UNEXPECTED)
    with pytest.raises(PermissionDenied):
        retry_job(job, analyst)


def test_a_waiting_job_is_cancelled_at_once_and_never_runs(analyst, stored):
    job = enqueue_job("words", analyst)
    assert cancel_job(job)
    run_waiting_jobs()
    job.refresh_from_db()
    assert (job.state, job.attempts, stored()) == (State.CANCELLED, 0, {})
    assert not cancel_job(job)


def test_a_running_job_hears_that_it_must_stop(analyst):
    job = start(enqueue_job("words", analyst))
    pulse = Pulse(job)
    pulse.progress(3, 10)
    pulse.beat()
    job.refresh_from_db()
    assert (job.state, job.done, job.total, job.percent) == (State.RUNNING, 3, 10, 30)
    assert cancel_job(job)
    job.refresh_from_db()
    assert job.state == State.CANCELLING
    pulse.beat()
    with pytest.raises(CancelledError):
        pulse.progress(4, 10)


def test_a_process_that_leaves_gives_its_job_back(analyst, stored):
    job = enqueue_job("words", analyst)
    running.stopping.set()
    with pytest.raises(ReturnedError):
        run_job.call(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.attempts, stored()) == (State.WAITING, 1, {})
    running.stopping.clear()
    run_waiting_jobs()
    job.refresh_from_db()
    assert (job.state, job.attempts) == (State.FINISHED, 2)


def test_a_job_without_a_sign_of_life_fails_and_can_be_run_again(analyst):
    job = start(enqueue_job("words", analyst))
    look_after_jobs(timezone.now() + LOST_AFTER - timedelta(seconds=5))
    job.refresh_from_db()
    assert job.state == State.RUNNING
    look_after_jobs(timezone.now() + LOST_AFTER + timedelta(seconds=5))
    job.refresh_from_db()
    assert (job.state, job.error) == (State.FAILED, LOST)
    assert retry_job(job, analyst)
    assert not retry_job(job, analyst)  # a second click
    job.refresh_from_db()
    assert (job.state, job.error) == (State.WAITING, "")
    run_waiting_jobs()
    job.refresh_from_db()
    assert (job.state, job.attempts) == (State.FINISHED, 2)


def test_a_worker_that_wakes_up_after_its_job_was_taken_changes_nothing(analyst):
    job = start(enqueue_job("words", analyst))
    sleeper = Pulse(job)
    look_after_jobs(timezone.now() + 2 * LOST_AFTER)
    retry_job(job, analyst)
    run_waiting_jobs()
    facts = Job.objects.filter(pk=job.pk).values().get()
    sleeper.done = 999
    sleeper.beat()
    with pytest.raises(SupersededError):
        sleeper.progress(999, 1000)
    assert Job.objects.filter(pk=job.pk).values().get() == facts


def test_a_lost_job_that_was_asked_to_stop_is_cancelled(analyst):
    job = start(enqueue_job("words", analyst))
    cancel_job(job)
    look_after_jobs(timezone.now() + 2 * LOST_AFTER)
    job.refresh_from_db()
    assert job.state == State.CANCELLED


def test_what_a_killed_worker_left_in_the_storage_goes_with_its_job(analyst, tmp_path, stored):
    job = start(enqueue_job("words", analyst))
    left = tmp_path / "files" / "jobs" / str(job.pk) / "1" / "reste.txt"
    left.parent.mkdir(parents=True)
    left.write_text("reste")
    look_after_jobs(timezone.now() + 2 * LOST_AFTER)
    assert stored() == {}


def test_a_job_delivered_twice_runs_once(analyst):
    job = enqueue_job("words", analyst)
    run_job.enqueue(str(job.pk))
    run_waiting_jobs()
    job.refresh_from_db()
    assert (job.state, job.attempts) == (State.FINISHED, 1)


def test_a_file_expires_after_seven_days_and_can_be_made_again(analyst, stored):
    job = enqueue_job("words", analyst)
    run_waiting_jobs()
    later = timezone.now() + timedelta(days=7)
    look_after_jobs(later)
    job.refresh_from_db()
    assert (job.state, job.file.name, stored()) == (State.EXPIRED, "", {})
    assert retry_job(job, analyst)
    run_waiting_jobs()
    job.refresh_from_db()
    assert (job.state, stored()) == (State.FINISHED, {"mots.txt": "bonjour"})


def test_only_who_could_ask_runs_again(analyst, interviewer):
    job = enqueue_job("refused", analyst)
    own = enqueue_job("own")
    run_waiting_jobs()
    Job.objects.filter(pk=own.pk).update(finished_at=None, file="", failed_at=timezone.now(), error="Arrêt.")
    own.refresh_from_db()
    for each in (job, own):
        with pytest.raises(PermissionDenied):
            retry_job(each, interviewer)
        assert retry_job(each, analyst) or each == job
    run_waiting_jobs()


def test_old_jobs_are_forgotten_those_that_wait_are_not(analyst):
    ended, waiting = enqueue_job("refused", analyst), enqueue_job("words", analyst)
    run_job.call(str(ended.pk))
    Job.objects.update(queued_at=timezone.now() - ROWS_KEPT - timedelta(days=1))
    look_after_jobs()
    assert list(Job.objects.all()) == [waiting]


@pytest.mark.parametrize(
    "facts",
    [
        {"finished_at": timezone.now(), "failed_at": timezone.now(), "error": "x"},
        {"failed_at": timezone.now(), "cancelled_at": timezone.now(), "error": "x"},
        {"finished_at": timezone.now(), "cancelled_at": timezone.now()},
        {"failed_at": timezone.now()},
        {"file": "jobs/x"},
    ],
)
def test_facts_that_contradict_each_other_are_refused(facts):
    with pytest.raises(IntegrityError):
        Job.objects.create(kind="words", title="Essai", **facts)


def test_daily_work_is_queued_once_a_day_by_the_service(settings, time_machine):
    settings.JOB_KINDS = ["tests.cnc_survey.jobs.kinds.KINDS", "tests.cnc_survey.jobs.kinds.DAILY"]
    job_kinds.cache_clear()
    for moment, expected in (
        ("2026-03-01 08:00+01:00", 1),
        ("2026-03-01 23:59+01:00", 1),
        ("2026-03-02 00:01+01:00", 2),
    ):
        time_machine.move_to(moment, tick=False)
        queue_daily_jobs()
        assert list(Job.objects.values_list("kind", "owner")) == [("nightly", None)] * expected
        run_waiting_jobs()
