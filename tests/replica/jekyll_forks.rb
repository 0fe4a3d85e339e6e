# Runs Jekyll again and again in fresh processes, without loading it each time: a line of JSON for each run in, its exit code out.
require "json"
require "jekyll"
require "mercenary"
require "kramdown"
require "kramdown-parser-gfm"
require "rouge"
# Plug-ins are not loaded here: they would be part of every site.

$stdout.sync = true
while (line = $stdin.gets)
  order = JSON.parse(line)
  pid = fork do
    $stdin.reopen(File::NULL)
    $stdout.reopen(order["out"], "w")
    $stderr.reopen(order["err"], "w")
    ENV.replace(order["environment"])
    Dir.chdir(order["folder"])
    ARGV.replace(order["arguments"])
    load order["program"]
  end
  _, status = Process.wait2(pid)
  puts status.exitstatus || -status.termsig
end
