# Crashes of the full stack: engine, ledger and recovery over a simulated disk and venue.
add_library(crash_exchange MODULE ${CMAKE_CURRENT_LIST_DIR}/crash_exchange.cpp)
set_target_properties(crash_exchange PROPERTIES
  OUTPUT_NAME crash_exchange PREFIX "" CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
  LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/scripted)
target_include_directories(crash_exchange PRIVATE ${CMAKE_SOURCE_DIR})
target_link_libraries(crash_exchange PRIVATE tradectl_sdk)

add_executable(crash_stack
  ${CMAKE_CURRENT_LIST_DIR}/full_stack_main.cpp ${CMAKE_CURRENT_LIST_DIR}/full_stack.cpp
  ${CMAKE_CURRENT_LIST_DIR}/full_stack_checks.cpp ${CMAKE_CURRENT_LIST_DIR}/stack_cuts.cpp
  ${CMAKE_CURRENT_LIST_DIR}/tally.cpp ${CMAKE_CURRENT_LIST_DIR}/venue_model.cpp)
target_include_directories(crash_stack PRIVATE ${CMAKE_SOURCE_DIR})
target_link_libraries(crash_stack PRIVATE host_engine)
target_compile_options(crash_stack PRIVATE -O2)
target_compile_definitions(crash_stack PRIVATE TRADECTL_BINARY_DIR="${CMAKE_BINARY_DIR}")
add_dependencies(crash_stack crash_exchange)
set(states 10000)
if(TRADECTL_SANITIZE OR TRADECTL_COVERAGE)
  set(states 500)  # instrumented code is many times slower
endif()
foreach(shard 0 1)
  add_test(NAME crash_stack_${shard} COMMAND crash_stack --states ${states} --shard ${shard}/2)
  set_tests_properties(crash_stack_${shard} PROPERTIES TIMEOUT 600)
endforeach()

# The real program, killed or refused at single calls: a sample by seed; all of them on demand.
find_package(Python3 REQUIRED COMPONENTS Interpreter)
add_test(NAME binary_faults
  COMMAND Python3::Interpreter ${CMAKE_CURRENT_LIST_DIR}/binary_faults.py
          --tradectl $<TARGET_FILE:tradectl> --build ${CMAKE_BINARY_DIR} --cases 20)
set_tests_properties(binary_faults PROPERTIES TIMEOUT 300 SKIP_REGULAR_EXPRESSION "^skipped: ")
add_test(NAME binary_full_device
  COMMAND Python3::Interpreter ${CMAKE_CURRENT_LIST_DIR}/binary_faults.py --full-device
          --tradectl $<TARGET_FILE:tradectl> --build ${CMAKE_BINARY_DIR} --cases 8)
set_tests_properties(binary_full_device PROPERTIES
  TIMEOUT 300 SKIP_REGULAR_EXPRESSION "^skipped: ")
