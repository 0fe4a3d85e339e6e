# Builds the posts of a site with Jekyll, one after the other: a line of JSON in, which says what and how; lines of JSON out.
# One post may take CPU_SECONDS of the processor and the whole process MEMORY bytes; the system ends the process that takes more,
# and whoever started it knows from the last line which post that was. No plug-in is loaded, and nothing outside of the folder.
require "json"
require "jekyll"

job = JSON.parse($stdin.gets)
lines = $stdout.dup
lines.sync = true
$stdout.reopen($stderr)
tell = ->(*words) { lines.puts(JSON.generate(words)) }
Process.setrlimit(:CORE, 0)
begin
  Process.setrlimit(:AS, job["memory"])
rescue Errno::EINVAL, NotImplementedError # not every system has it
  nil
end
_, hardest = Process.getrlimit(:CPU)
bounded = lambda do |doing, name, &work|
  tell.(doing, name)
  used = Process.clock_gettime(Process::CLOCK_PROCESS_CPUTIME_ID).ceil
  Process.setrlimit(:CPU, used + job["cpu_seconds"], hardest)
  work.call
rescue NoMemoryError
  tell.("fault", name, "it takes too much memory")
rescue Liquid::Error => e
  tell.("fault", name, "Liquid Exception: #{e.message.scrub}")
rescue Exception => e # one post that cannot be built, too deep for the stack, say, is no reason to end
  tell.("fault", name, "#{e.class}: #{e.message.scrub.lines.first.to_s.strip}")
end

config = Jekyll.configuration(
  "source" => job["source"], "destination" => job["destination"], "quiet" => true, "safe" => true, "disable_disk_cache" => true
)
config["kramdown"].delete("template") # a template of kramdown's is a program
site = Jekyll::Site.new(config)
site.layouts = Jekyll::LayoutReader.new(site).read

Dir.children(File.join(site.source, "_posts")).sort.each do |name|
  next if job["unreadable"].include?(name) || !Jekyll::Document::DATE_FILENAME_MATCHER.match?(name)

  bounded.("reading", name) do
    post = Jekyll::Document.new(site.in_source_dir("_posts", name), :site => site, :collection => site.posts)
    post.read
    site.posts.docs << post if post.content&.valid_encoding? && site.publisher.publish?(post)
  end
end
site.posts.docs.sort!
payload = site.site_payload
site.posts.docs.each do |post|
  name = File.basename(post.path)
  next if job["done"].include?(name)

  bounded.("building", name) do
    post.renderer.payload = payload
    post.output = post.renderer.run
    post.write(site.dest)
    post.output = nil
  end
end
tell.("end", "")
