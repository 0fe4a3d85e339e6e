# Renders Markdown with Jekyll's own converter: the configuration as a line of JSON, then lines of JSON with texts in, lines of JSON out.
# One text may take CPU_SECONDS of the processor, and one more for each 100,000 characters, the whole process
# MEMORY bytes; the system ends the process that takes more.
require "json"
require "jekyll"

# What Jekyll's filter smartify makes of a title.
def smartify(text)
  Jekyll::Converters::SmartyPants.new(Jekyll::Configuration::DEFAULTS).convert(text)
end

# What Jekyll's own tag makes of code in which nothing is Liquid; no other Liquid is ever run.
def highlight(start, code, finish, highlighter)
  return nil unless start =~ /\A\{% highlight [\w.+#-]+( linenos)? %\}\n\z/ && finish == "{% endhighlight %}" && code !~ /\{[{%]/
  site = Struct.new(:highlighter, :config).new(highlighter, { "highlighter" => highlighter })
  Liquid::Template.parse(start + code + finish).render!({}, registers: { site: site })
end

def converter_for(kramdown)
  config = Jekyll::Utils.deep_merge_hashes(Jekyll::Configuration::DEFAULTS, "kramdown" => kramdown)
  converter = Jekyll::Converters::Markdown.new(config)
  converter.setup
  converter.convert("ready")
  converter
end

limits = JSON.parse($stdin.gets)
abort "kramdown #{Kramdown::VERSION} is too old" if Gem::Version.new(Kramdown::VERSION) < Gem::Version.new("2.3.1")
Process.setrlimit(:AS, limits["memory"]) if limits["memory"]
Process.setrlimit(:CORE, 0)
$stdout.sync = true
Jekyll.logger.log_level = :error
Jekyll::Cache.disable_disk_cache!
highlighter = Jekyll::Configuration::DEFAULTS["highlighter"]
converter = converter_for(limits["kramdown"])
puts JSON.generate([Jekyll::VERSION, Kramdown::VERSION])
_, hardest = Process.getrlimit(:CPU)
while (line = $stdin.gets)
  texts = JSON.parse(line)
  if texts.is_a?(Hash)
    converter = converter_for(texts["kramdown"])
    Jekyll::Cache.clear
    puts "[]"
    next
  end
  results = texts.map do |text|
    used = Process.clock_gettime(Process::CLOCK_PROCESS_CPUTIME_ID).ceil
    Process.setrlimit(:CPU, used + limits["cpu_seconds"] + text.size / 100_000, hardest)
    next converter.convert(text) unless text.is_a?(Hash)
    text["title"] ? smartify(text["title"]) : highlight(*text["tag"], highlighter)
  rescue StandardError, ScriptError, SystemStackError # a text that cannot be rendered is no reason to end; whatever else happens is one
    nil
  end
  Jekyll::Cache.clear
  puts JSON.generate(results)
end
