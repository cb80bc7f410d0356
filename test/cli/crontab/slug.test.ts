import { expect, test } from "vitest";
import { slugOf } from "../../../src/cli/crontab/slug.ts";

test.each([
  ["/usr/local/bin/backup.sh --all", "backup"],
  ["cd /srv/app && ./bin/console cache:clear > /dev/null 2>&1", "console"],
  ["cd / && run-parts --report /etc/cron.hourly", "cron-hourly"],
  ["test -x /usr/sbin/anacron || ( cd / && run-parts --report /etc/cron.daily )", "cron-daily"],
  ["test -x /usr/sbin/anacron || { cd / && run-parts --report /etc/cron.weekly; }", "cron-weekly"],
  [
    "[ -x /usr/lib/php/sessionclean ] && if [ ! -d /run/systemd/system ]; then /usr/lib/php/sessionclean; fi",
    "sessionclean",
  ],
  [
    "if [ -x /usr/share/mdadm/checkarray ] && [ $(date +\\%d) -le 7 ]; then /usr/share/mdadm/checkarray --cron; fi",
    "checkarray",
  ],
  ["command -v debian-sa1 > /dev/null && debian-sa1 1 1", "debian-sa1"],
  [
    "test -e /run/systemd/system || SERVICE_MODE=1 /usr/lib/x86_64-linux-gnu/e2fsprogs/e2scrub_all_cron",
    "e2scrub_all_cron",
  ],
  ["python3 /opt/a/b.py", "b"],
  ["/usr/bin/env python3 -u /opt/a/b.py", "b"],
  ["python3 -m app.jobs", "app-jobs"],
  ["nice -n 19 ionice -c 3 /usr/bin/updatedb", "updatedb"],
  ["nice -19 /usr/bin/updatedb", "updatedb"],
  ["/usr/bin/flock -n /tmp/x.lock /usr/bin/php -d memory_limit=1G /var/www/cron.php", "cron"],
  ["flock -w 10 /tmp/x.lock -c 'cd /srv && ./sync.sh'", "sync"],
  ["timeout -k 5 60 curl -fsS https://example.com/ping", "curl"],
  ["sudo -u backup -H /usr/bin/borgmatic create", "borgmatic"],
  ["su - backup -c '/opt/borg/run.sh --all'", "run"],
  ["bash -lc 'rvm use 3 && rake jobs'", "rvm"],
  ["sleep 30; /opt/poll", "poll"],
  ["sleep $((RANDOM % 60)) && /opt/poll", "poll"],
  ["FOO='a b' BAR=1 /opt/x", "x"],
  ["(cd /srv; ./go) >> /var/log/go.log 2>&1", "go"],
  ["php /home/u/artisan schedule:run >> /dev/null 2>&1", "artisan"],
  ["java -Xmx1g -jar /opt/jobs/report.jar", "report"],
  ["perl -e 'print 1'", "perl"],
  ["0>/dev/null /opt/x", "x"],
  ["/opt/日本.sh", "job"],
  ["[ -d /x ] && cd /x", "cd"],
  ["cd /srv && false", "false"],
  ["echo $(date) >> /var/log/x", "echo"],
  ["", "job"],
])("%s is about %s", (command, slug) => {
  expect(slugOf(command)).toBe(slug);
});
