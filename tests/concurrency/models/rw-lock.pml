/*
 * The rules of the readers-writer lock, in order of arrival, written down apart from its code: who may enter, what an
 * upgrade and a downgrade do, and what closing does. Each action of a task is one step, so the states that are stored
 * are those between calls of the lock. The number of tasks is given as -DTASKS=n.
 */
#define NOTHING   0
#define READING   1
#define WRITING   2
#define UPGRADING 3
#define WAITING   4

#define READ  0
#define WRITE 1

byte doing[TASKS];
/* The line: tasks and what they wait for; entries from `waiting` on are 0, so that they tell no states apart. */
byte task[TASKS];
bit  mode[TASKS];
byte waiting = 0;

byte readers = 0;
bit  writer = 0;
bit  upgrader = 0;
bit  closed = 0;

hidden byte i;
hidden byte j;
hidden byte entering;

inline takeOut(at) {
  j = at;
  do
  :: j + 1 < waiting -> task[j] = task[j + 1]; mode[j] = mode[j + 1]; j++
  :: else -> break
  od;
  waiting--;
  task[waiting] = 0;
  mode[waiting] = 0
}

/* Readers count those who wait for an upgrade. */
inline settle() {
  if
  :: upgrader && readers == 1 ->
     i = 0;
     do
     :: doing[i] == UPGRADING -> doing[i] = WRITING; break
     :: else -> i++
     od;
     upgrader = 0; readers = 0; writer = 1
  :: else ->
     do
     :: !upgrader && waiting > 0 && !writer && mode[0] == READ ->
        entering = task[0]; doing[entering] = READING; readers++; takeOut(0)
     :: !upgrader && waiting > 0 && !writer && mode[0] == WRITE && readers == 0 ->
        entering = task[0]; doing[entering] = WRITING; writer = 1; takeOut(0)
     :: else -> break
     od
  fi;
  check()
}

inline check() {
  assert(!writer || readers == 0);
  assert(!upgrader || readers > 1);
  assert(waiting == 0 || upgrader || writer || (mode[0] == WRITE && readers > 0));
  assert(!closed || (waiting == 0 && !upgrader))
}

inline giveUp(t) {
  i = 0;
  do
  :: task[i] == t -> break
  :: else -> i++
  od;
  doing[t] = NOTHING;
  takeOut(i);
  settle()
}

inline close() {
  i = 0;
  do
  :: i < TASKS ->
     if
     :: doing[i] == WAITING -> doing[i] = NOTHING
     :: doing[i] == UPGRADING -> doing[i] = READING
     :: else
     fi;
     task[i] = 0; mode[i] = 0; i++
  :: else -> break
  od;
  waiting = 0; upgrader = 0; closed = 1;
  check()
}

#define isFree (!closed && waiting == 0 && !upgrader && !writer)

/* An ask that has to wait, then everything a task can do with what it has. A try that fails changes nothing. */
#define act(t) \
  :: d_step { doing[t] == NOTHING && isFree -> doing[t] = READING; readers++; check() } \
  :: d_step { doing[t] == NOTHING && isFree && readers == 0 -> doing[t] = WRITING; writer = 1; check() } \
  :: d_step { doing[t] == NOTHING && !closed && !isFree -> doing[t] = WAITING; task[waiting] = t; mode[waiting] = READ; waiting++; check() } \
  :: d_step { doing[t] == NOTHING && !closed && !(isFree && readers == 0) -> doing[t] = WAITING; task[waiting] = t; mode[waiting] = WRITE; waiting++; check() } \
  :: d_step { doing[t] == WAITING -> giveUp(t) } \
  :: d_step { doing[t] == READING -> doing[t] = NOTHING; readers--; settle() } \
  :: d_step { doing[t] == READING && !closed && !upgrader -> doing[t] = UPGRADING; upgrader = 1; settle() } \
  :: d_step { doing[t] == READING && readers == 1 -> doing[t] = WRITING; readers = 0; writer = 1; check() } \
  :: d_step { doing[t] == UPGRADING -> doing[t] = READING; upgrader = 0; settle() } \
  :: d_step { doing[t] == UPGRADING -> doing[t] = NOTHING; upgrader = 0; readers--; settle() } \
  :: d_step { doing[t] == WRITING -> doing[t] = NOTHING; writer = 0; settle() } \
  :: d_step { doing[t] == WRITING -> doing[t] = READING; writer = 0; readers = 1; settle() }

active proctype tasks() {
  do
  act(0)
#if TASKS > 1
  act(1)
#endif
#if TASKS > 2
  act(2)
#endif
#if TASKS > 3
  act(3)
#endif
#if TASKS > 4
  act(4)
#endif
#if TASKS > 5
  act(5)
#endif
  :: d_step { !closed -> close() }
  od
}
