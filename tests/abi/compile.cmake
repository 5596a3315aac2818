# Compiles, without output, with COMPILER:
# - every tests/abi/*_layout.c as C11, C++17 and C++20: the frozen numbers hold;
# - every abi/*.h alone as C11, C++17 and C++20, and every *.hpp of the SDK alone as C++20.
find_program(FOUND ${COMPILER})
if(NOT FOUND)
  message(STATUS "skipped: no ${COMPILER}")
  return()
endif()
set(include_dir ${SOURCE_DIR}/sdk/include)
set(flags -fsyntax-only -Wall -Wextra -Wpedantic -Werror -I${include_dir})
set(failed 0)
set(compiled 0)

# `language` and `standard` as the driver names them.
function(compile file language standard)
  if(file MATCHES "_layout.c$")
    set(input -x ${language} ${file})
  else()  # as an include: a header as main file draws a warning on #pragma once
    set(input -include ${file} -x ${language} /dev/null)
  endif()
  execute_process(COMMAND ${FOUND} -std=${standard} ${flags} ${input}
    RESULT_VARIABLE result ERROR_VARIABLE output)
  math(EXPR compiled "${compiled} + 1")
  set(compiled ${compiled} PARENT_SCOPE)
  if(NOT result EQUAL 0)
    message(STATUS "${file} as ${standard}:\n${output}")
    set(failed 1 PARENT_SCOPE)
  endif()
endfunction()

file(GLOB c_files ${SOURCE_DIR}/tests/abi/*_layout.c ${include_dir}/tradectl/abi/*.h)
foreach(file ${c_files})
  compile(${file} c c11)
  compile(${file} c++ c++17)
  compile(${file} c++ c++20)
endforeach()
file(GLOB_RECURSE cpp_headers ${include_dir}/*.hpp)
foreach(file ${cpp_headers})
  compile(${file} c++ c++20)
endforeach()

message(STATUS "${COMPILER}: ${compiled} compilations")
if(failed OR compiled LESS 40)
  message(FATAL_ERROR "the plugin boundary does not compile, or was not found")
endif()
