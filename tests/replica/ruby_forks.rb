# Runs Ruby programs of ours in fresh processes, without loading Jekyll each time. Its argument is a socket that listens: two files
# for input and output and a line of JSON for each program in, its process id and then its exit code out. Ends with its own input.
require "json"
require "socket"
require "jekyll"
require "kramdown"
require "kramdown-parser-gfm"

listening = UNIXServer.for_fd(Integer(ARGV.shift))
loop do
  ready, = IO.select([listening, $stdin])
  break if ready.include?($stdin)

  asked = listening.accept
  input, output = asked.recv_io, asked.recv_io
  order = JSON.parse(asked.gets)
  pid = fork do
    listening.close
    asked.close
    # As one that is started with these ignored; see crawler/reconstruct/ruby/start.py.
    %w[INT TERM HUP QUIT].each { |name| trap(name, "IGNORE") }
    $stdin.reopen(input)
    $stdout.reopen(output)
    input.close
    output.close
    ENV.replace(order["environment"])
    Dir.chdir(order["folder"])
    $PROGRAM_NAME = order["program"]
    load order["program"]
  end
  input.close
  output.close
  asked.puts(pid)
  Thread.new do
    _, status = Process.wait2(pid)
    asked.puts(status.exitstatus || -status.termsig)
  rescue Errno::EPIPE # whoever asked is gone
    nil
  ensure
    asked.close
  end
end
