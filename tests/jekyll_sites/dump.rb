# Writes what Jekyll knows of each post, a line of JSON each, to the file that `dump_to` of the configuration names.
require "json"

# Keeps what stands in a post when its Liquid has run, which Jekyll gives to its converters and forgets.
module KeepsText
  def convert(content)
    document.instance_variable_set(:@text_to_convert, content)
    super
  end
end
Jekyll::Renderer.prepend(KeepsText)

Jekyll::Hooks.register :posts, :post_convert do |post|
  line = JSON.generate(
    "source" => post.path.delete_prefix(post.site.source + "/"),
    "url" => post.url,
    "page" => post.destination(post.site.dest).delete_prefix(post.site.dest + "/"),
    "title" => post.data["title"].to_s,
    "date" => post.date.iso8601,
    "tags" => post.data["tags"].map(&:to_s),
    "categories" => post.data["categories"].map(&:to_s),
    "redirects" => Array(post.data["redirect_from"]).compact.map(&:to_s),
    "content" => post.content,
    "text" => post.instance_variable_get(:@text_to_convert)
  )
  File.open(post.site.config["dump_to"], "a") { |file| file.puts(line) }
end
