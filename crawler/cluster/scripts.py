"""The Lua scripts that change the frontier in Redis; each runs whole or not at all.

All keys begin with a prefix, the site's (``KEYS[1]``):

=================  =====================================================================================================
``queue``          the requests that wait (sorted set); the lowest score is next
``requests``       what each request that waits or is leased is (hash, JSON)
``seen``           every address that was ever put in (set): the filter of duplicates
``leases:NAME``    the requests that a worker has taken and not done yet (set)
``alive:NAME``     says that a worker lives; it expires unless the worker renews it
``workers``        the names of the workers (set)
``joined``         by worker, the number (``generation`` in ``crawl``) that it got when it joined (hash)
``generations``    by worker, the newest such number of another one for which it has made room (hash)
``flushes``        by worker, how many times it has sent its changes (hash)
``crawl``          when the crawl began, with which arguments, and whether unlisted posts were looked for (hash)
``known``          posts that listings show and that the archive has (set)
``failures``       what could not be had, and why (hash)
``rests``          hosts that asked for a pause, and until when, in milliseconds (hash)
``ended``          when the last crawl ended, and its arguments (string, JSON)
``turn:HOST``      when the next request to a host may be made, in milliseconds
=================  =====================================================================================================
"""

from __future__ import annotations

#: A request that is given back comes before all others.
_FIRST = "-1e15"

_COMMON = f"""
local p = KEYS[1]
local a = cjson.decode(ARGV[1])
local function give_back(name, held)
  local leases = p .. 'leases:' .. name
  for _, fp in ipairs(redis.call('SMEMBERS', leases)) do
    if not (held and held[fp]) then
      redis.call('SREM', leases, fp)
      if redis.call('HEXISTS', p .. 'requests', fp) == 1 then redis.call('ZADD', p .. 'queue', {_FIRST}, fp) end
    end
  end
end
local function join()
  redis.call('HDEL', p .. 'generations', a.worker)
  redis.call('HSET', p .. 'joined', a.worker, redis.call('HINCRBY', p .. 'crawl', 'generation', 1))
end
local function reap()
  for _, name in ipairs(redis.call('SMEMBERS', p .. 'workers')) do
    if redis.call('EXISTS', p .. 'alive:' .. name) == 0 then
      give_back(name)
      redis.call('SREM', p .. 'workers', name)
    end
  end
end
"""

#: Registers a worker. Answers with ``ok`` and the crawl's beginning, ``used`` and who has the name, or ``differs`` and the
#: arguments of the crawl that is under way. What a dead worker of this name had taken is given back.
REGISTER = f"""{_COMMON}
reap()
local holder = redis.call('GET', p .. 'alive:' .. a.worker)
if holder and holder ~= a.token and not a.force then return {{'used', holder}} end
local arguments = redis.call('HGET', p .. 'crawl', 'arguments')
if arguments and arguments ~= a.arguments then
  if redis.call('SCARD', p .. 'workers') > 0 then return {{'differs', arguments}} end
  for _, name in ipairs({{'queue', 'requests', 'seen', 'flushes', 'joined', 'generations', 'crawl', 'known', 'failures'}}) do
    redis.call('DEL', p .. name)
  end
end
redis.call('HSETNX', p .. 'crawl', 'arguments', a.arguments)
redis.call('HSETNX', p .. 'crawl', 'started', a.started)
give_back(a.worker)
redis.call('SET', p .. 'alive:' .. a.worker, a.token, 'PX', a.ttl)
redis.call('SADD', p .. 'workers', a.worker)
redis.call('HSET', p .. 'flushes', a.worker, 0)
join()
return {{'ok', redis.call('HGET', p .. 'crawl', 'started')}}
"""

#: Sends what a worker did since the last time, and takes requests for it. ``ARGV[2]`` and so on: the requests that it has in
#: hand although Redis may not know (key, JSON), those that are done, four for each new one (key, priority, whether duplicates
#: are dropped, JSON), known posts, then failures in pairs.
#:
#: Answers with ``lost`` if Redis does not have what this worker sent last, ``used`` if another worker has its name, else with
#: ``ok``: how many requests wait, how many are leased, the number of workers, this one's place among them, the generation,
#: whether its leases had expired, then the requests it takes, and the hosts that rest, both in pairs.
FLUSH = f"""{_COMMON}
local last = tonumber(redis.call('HGET', p .. 'flushes', a.worker) or '-1')
if last ~= a.number and last ~= a.number - 1 then return {{'lost'}} end
local repeated = last == a.number
local token = redis.call('GET', p .. 'alive:' .. a.worker)
if token and token ~= a.token then return {{'used'}} end
redis.call('HSET', p .. 'flushes', a.worker, a.number)
redis.call('SET', p .. 'alive:' .. a.worker, a.token, 'PX', a.ttl)
redis.call('SADD', p .. 'workers', a.worker)
local leases = p .. 'leases:' .. a.worker
local at = 2
for _ = 1, a.claimed do
  local fp = ARGV[at]
  redis.call('SADD', p .. 'seen', fp)
  redis.call('HSET', p .. 'requests', fp, ARGV[at + 1])
  redis.call('SADD', leases, fp)
  redis.call('ZREM', p .. 'queue', fp)
  at = at + 2
end
for _ = 1, a.done do
  local fp = ARGV[at]
  redis.call('HDEL', p .. 'requests', fp)
  redis.call('SREM', leases, fp)
  redis.call('ZREM', p .. 'queue', fp)
  redis.call('SADD', p .. 'seen', fp)
  at = at + 1
end
local order = redis.call('INCRBY', p .. 'order', a.new) - a.new
for _ = 1, a.new do
  local fp, once = ARGV[at], ARGV[at + 2] == '1'
  if not repeated and (not once or redis.call('SADD', p .. 'seen', fp) == 1) then
    order = order + 1
    redis.call('HSET', p .. 'requests', fp, ARGV[at + 3])
    redis.call('ZADD', p .. 'queue', tonumber(ARGV[at + 1]) * -1e10 + order, fp)
  end
  at = at + 4
end
for _ = 1, a.known do
  redis.call('SADD', p .. 'known', ARGV[at])
  at = at + 1
end
for _ = 1, a.failures do
  redis.call('HSET', p .. 'failures', ARGV[at], ARGV[at + 1])
  at = at + 2
end
local now = redis.call('TIME')
local ms = now[1] * 1000 + math.floor(now[2] / 1000)
for host, rest in pairs(a.rests) do redis.call('HSET', p .. 'rests', host, ms + rest) end
if not token then
  give_back(a.worker)
  join()
end
redis.call('HSET', p .. 'generations', a.worker, a.generation)
if a.held then
  local held = {{}}
  for _, fp in ipairs(a.held) do held[fp] = true end
  give_back(a.worker, held)
end
reap()
local joined = tonumber(redis.call('HGET', p .. 'joined', a.worker))
for _, name in ipairs(redis.call('SMEMBERS', p .. 'workers')) do
  local made = name == a.worker and joined or tonumber(redis.call('HGET', p .. 'generations', name) or '0')
  local own = tonumber(redis.call('HGET', p .. 'joined', name) or '0')
  if made < joined and own < joined then a.want = 0 end
end
local share = math.ceil(redis.call('ZCARD', p .. 'queue') / redis.call('SCARD', p .. 'workers'))
local taken = {{}}
for index, fp in ipairs(redis.call('ZPOPMIN', p .. 'queue', math.min(a.want, share))) do
  local data = index % 2 == 1 and redis.call('HGET', p .. 'requests', fp)
  if data then
    redis.call('SADD', leases, fp)
    taken[#taken + 1] = fp
    taken[#taken + 1] = data
  end
end
local names, leased, place = redis.call('SMEMBERS', p .. 'workers'), 0, 0
table.sort(names)
for index, name in ipairs(names) do
  leased = leased + redis.call('SCARD', p .. 'leases:' .. name)
  if name == a.worker then place = index - 1 end
end
local queued = redis.call('ZCARD', p .. 'queue')
if queued + leased == 0 and a.want > 0 and redis.call('HSETNX', p .. 'crawl', 'unlisted', 1) == 1 then
  redis.call('HSET', p .. 'requests', 'unlisted', '')
  redis.call('SADD', leases, 'unlisted')
  taken, leased = {{'unlisted', ''}}, 1
end
local rests = {{}}
local hosts = redis.call('HGETALL', p .. 'rests')
for index = 1, #hosts, 2 do
  local left = hosts[index + 1] - ms
  if left > 0 then
    rests[#rests + 1] = hosts[index]
    rests[#rests + 1] = left
  else
    redis.call('HDEL', p .. 'rests', hosts[index])
  end
end
local generation = tonumber(redis.call('HGET', p .. 'crawl', 'generation'))
return {{'ok', queued, leased, #names, place, generation, token and 0 or 1, taken, rests}}
"""

#: Takes a worker off the list, gives back what it had taken, and answers how many requests wait (-1 if there is no crawl) and
#: how many other workers there are.
UNREGISTER = f"""{_COMMON}
reap()
give_back(a.worker)
if redis.call('GET', p .. 'alive:' .. a.worker) == a.token then redis.call('DEL', p .. 'alive:' .. a.worker) end
redis.call('SREM', p .. 'workers', a.worker)
local queued = redis.call('EXISTS', p .. 'crawl') == 1 and redis.call('ZCARD', p .. 'queue') or -1
return {{queued, redis.call('SCARD', p .. 'workers')}}
"""

#: Reserves the next turn of a host (``KEYS[1]``) and answers in how many milliseconds it comes. ``ARGV[1]``: the milliseconds
#: that must pass after it.
TURN = """
local now = redis.call('TIME')
local ms = now[1] * 1000 + math.floor(now[2] / 1000)
local at = math.max(ms, tonumber(redis.call('GET', KEYS[1]) or '0'))
redis.call('SET', KEYS[1], at + tonumber(ARGV[1]), 'PX', at - ms + tonumber(ARGV[1]) + 60000)
return at - ms
"""
